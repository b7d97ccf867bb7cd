"""Rendering all that a visitor reads, in each language; pure.

The templates are files that a web designer can edit: `index.html` puts the parts
of the page together for every language, `words/` holds what they say.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment

from renderer.figures.ranges import RANGES, choose_default
from renderer.figures.variants import DARK_MATRIX
from renderer.fingerprint import fingerprint
from renderer.site import TEMPLATES, keys
from renderer.site.badge import render_badges, tell_values
from renderer.site.data import make_schema, write_json
from renderer.site.dates import Dates
from renderer.site.feed import render_feeds
from renderer.site.introduction import introduce, strip_unsafe
from renderer.site.languages import LANGUAGES, Language
from renderer.site.notes import tell_notes
from renderer.site.package import describe_dataset, describe_package
from renderer.site.sketch import sketch_week
from renderer.site.templating import let_numbers_break, load_templates
from renderer.site.times import Times
from renderer.site.view import View
from renderer.site.words import load_texts

# Files of the templates that are published one by one, a script after those that it
# imports.
STATIC = (
    "icon.svg",
    "touch-icon.png",
    "blank.svg",
    "language.js",
    "stops.js",
    "values.js",
    "graph.js",
    "saving.js",
)
COMMENT_LINES = re.compile(
    rb"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE
)
# Those that are published as one, `page.js`, in this order.
PAGE_SCRIPTS = ("view.js", "update.js", "page.js", "estimate.js", "clocks.js")


def render_files(view: View) -> dict[str, bytes]:
    """Return key -> body of assets, badges, feeds and more, then of the pages.

    A page comes after all that it names, and the first language's comes last.
    """
    environment = load_templates()
    names = [each.name for each in view.ranges]
    assets = render_assets(environment)
    files = {keys.name_asset(name, body): body for name, body in assets.items()}
    contexts = {each: make_context(view, each) for each in LANGUAGES}
    values = tell_values(view.findings)
    badges = render_badges(environment, strip_unsafe(view.subject.title), values)
    files |= badges
    for context in contexts.values():
        files |= render_feeds(environment, context)
    versions = {**view.versions, **{key: fingerprint(badges[key]) for key in badges}}
    shared: dict[str, Any] = {
        "view": view,
        "assets": {name: keys.name_asset(name, body) for name, body in assets.items()},
        "url": lambda key: f"{key}?v={versions[key]}",
        "badges": values,
        "default_range": choose_default(names),
        "dark_matrix": DARK_MATRIX,
        "sketch": sketch_week(view.findings.frames),
        **list_data_files(view.data),
    }
    files[keys.PACKAGE] = write_json(describe_package(contexts.values(), shared))
    files[keys.NOT_FOUND] = render_not_found(environment, list(contexts.values()))
    style = environment.get_template("pictures.css").render(shared, keys=keys)
    shared |= {"picture_style": style, "picture_style_hash": hash_source(style)}
    page = environment.get_template("index.html")
    for language in reversed(LANGUAGES):
        context = contexts[language] | shared
        dataset = describe_dataset(context)
        text = page.render(context, dataset=dataset)
        files[language.page] = let_numbers_break(text).encode()
    return files


def hash_source(text: str) -> str:
    """Return the name by which a page's policy allows what stands within the page.

    `hash_source("")` is `sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`.
    https://www.w3.org/TR/CSP3/#grammardef-hash-source
    """
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def render_assets(environment: Environment) -> dict[str, bytes]:
    """Return name -> body of the style sheet, the scripts and the small images.

    They are the same for every history, or old ones would be left behind.
    """
    style = environment.get_template("style.css").render(ranges=list(RANGES))
    assets = {"style.css": strip_comments(f"{style}\n".encode())}
    for name in STATIC:
        body = (TEMPLATES / name).read_bytes()
        if name.endswith(".js"):
            body = name_imports(strip_comments(body), assets)
        assets[name] = body
    scripts = b"\n".join((TEMPLATES / name).read_bytes() for name in PAGE_SCRIPTS)
    return assets | {"page.js": name_imports(strip_comments(scripts), assets)}


def strip_comments(source: bytes) -> bytes:
    r"""Return a script or a style sheet without the comments that have their own lines.

    `strip_comments(b"a; // 1\n/* 2\n3 */\n  // 4\nb;\n")` is `b"a; // 1\nb;\n"`: no
    browser reads them.
    """
    return COMMENT_LINES.sub(b"", source)


def name_imports(script: bytes, assets: Mapping[str, bytes]) -> bytes:
    """Return a script with what it imports by its public name.

    `"./stops.js"` becomes `"./stops.0123456789ab.js"`: what lies beside it.
    """
    for name, body in assets.items():
        public = keys.name_asset(name, body).rpartition("/")[2]
        script = script.replace(f'"./{name}"'.encode(), f'"./{public}"'.encode())
    return script


def render_not_found(environment: Environment, contexts: list[dict[str, Any]]) -> bytes:
    """Return what a wrong address gets: a way to the page of each language."""
    page = environment.get_template(keys.NOT_FOUND).render(pages=contexts)
    return f"{page}\n".encode()


def make_context(view: View, language: Language) -> dict[str, Any]:
    """Return what both the page and the feeds of a language are rendered with."""
    texts = load_texts(language.code)
    dates, findings = Dates(texts, view.zone), view.findings
    told = tell_notes(findings.frames.notes, language.code, dates, findings.summary)
    return {
        **introduce(view.subject, texts, language),
        "site_url": view.site_url,
        "findings": findings,
        "summary": findings.summary,
        "language": language,
        "languages": LANGUAGES,
        "locales": [load_texts(each.code)["locale"] for each in LANGUAGES],
        "texts": texts,
        "dates": dates,
        "times": Times(dates),
        "notes": list(told),
        "keys": keys,
    }


def list_data_files(data: Iterable[str]) -> dict[str, Any]:
    """Return what the page says of the data files with these keys.

    That is the schema, its files with the keys that each describes, and the newest
    hourly file without its suffix.
    """
    data = list(data)
    schema = make_schema()
    newest = max(key for key in data if key.startswith(keys.HOURLY))
    return {
        "schema": schema,
        "files": describe_files(schema, data),
        "newest_year": newest.rpartition(".")[0],
    }


def describe_files(schema: Mapping[str, Any], data: list[str]) -> list[dict[str, Any]]:
    """Return the schema's files, each with the keys that it describes.

    Of `data/hourly/<year>.csv` those are the keys of all years, the newest first.
    """
    files = []
    for file in schema["files"]:
        start, _, end = file["key"].partition("<year>")
        named = [key for key in data if key.startswith(start) and key.endswith(end)]
        files.append({**file, "keys": sorted(named, reverse=True)})
    return files
