"""The order in which a site is published, so that no visitor finds it torn.

The data come first, while the pictures are drawn and the pages are rendered; then
all that the pages name, the pages, of which the one where a visit begins is the
last, and the manifest after everything.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from renderer.drawing.gallery import Draw
from renderer.publish.contents import Contents
from renderer.publish.manifest import Manifest, encode_manifest
from renderer.publish.writer import SiteWriter
from renderer.site import keys
from renderer.site.languages import LANGUAGES


def publish_contents(
    writer: SiteWriter, contents: Contents, draw: Draw, manifest: Manifest, stamp: str
) -> None:
    """Publish all objects that the site lacks or has in another version.

    Raises OvertakenError if the history has moved on, DrawingError if no browser
    drew; the data of this run are published then, and nothing else of it.
    """
    versions, gallery = contents.versions, contents.gallery
    stale = manifest.find_stale(versions, writer.etags)
    # Not looked up again in the end: a run of older code may be putting its own.
    etags = {key: writer.etags[key] for key in versions.keys() - stale}
    with ThreadPoolExecutor(1) as background:
        drawing = background.submit(gallery.draw_stale, stale, draw)
        writer.publish(contents.write_data(stale))
        script = contents.settings.plotly_js.read_bytes()
        # The script's name is that of its content, and so its version.
        plotly = keys.name_asset("plotly.js", script)
        files = contents.render_site(plotly)
        if manifest.find_stale({plotly: plotly}, writer.etags):
            files[plotly] = script
        else:
            etags[plotly] = writer.etags[plotly]
        pictures = drawing.result()
    figures = {key: body for key, body in gallery.files.items() if key in stale}
    pages = [{each.page: files.pop(each.page)} for each in reversed(LANGUAGES)]
    writer.publish(figures | pictures | files, *pages)
    put = encode_manifest(stamp, versions | {plotly: plotly}, etags | writer.own_etags)
    writer.publish({keys.MANIFEST: put})
