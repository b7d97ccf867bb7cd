"""Fails where the renderer's image cannot work; its build runs this as Lambda's user.

A missing font raises no error anywhere: every character that no font has is drawn
as the same box. So pictures of different characters are compared.
"""

import os
import ssl
import sys
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import awslambdaric.bootstrap
import boto3
import runtime_client
from jinja2 import Environment

import renderer.drawing.driver
import renderer.drawing.selftest
import renderer.handler
import renderer.pipeline
from renderer.drawing.flagsets import FLAGSETS
from renderer.drawing.process import Drawing
from renderer.figures import theme
from renderer.site.templating import SUFFIXES, load_templates

# Kana, and kanji of JIS level 1 and 2. No font has the first character, which lies
# in the plane for private use.
CHARACTERS = ("\U000f1234", "あ", "ん", "回", "龍", "ゃ")
TIMEOUT_S = 60.0
# boto3 brings its own; polars' reader looks here, and could not reach S3 without.
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def figure(character: str) -> dict[str, object]:
    """Make a figure that differs from the others in this character only."""
    bar = {"type": "bar", "x": [character], "y": [1]}
    return {
        "data": [bar],
        "layout": {**theme.make_layout(), "title": {"text": character}},
    }


def draw(flagset: str) -> dict[str, bytes]:
    """Draw one figure for each character with a set of flags."""
    browser, plotly_js = Path(os.environ["BROWSER_PATH"]), Path(os.environ["PLOTLY_JS"])
    with Drawing(browser, plotly_js, [flagset]) as drawing:
        return drawing.draw({text: figure(text) for text in CHARACTERS}, TIMEOUT_S)


def check_templates() -> None:
    """Load each template; one that had to be compiled first ends the build."""
    environment = load_templates()
    with mock.patch.object(Environment, "compile", side_effect=SystemExit) as compiles:
        for name in environment.list_templates(SUFFIXES):
            compiles.side_effect = SystemExit(f"the template {name} is not compiled")
            environment.get_template(name)


def main() -> None:
    """Import, draw and compare."""
    assert awslambdaric.bootstrap
    assert runtime_client
    assert renderer.handler.handler
    assert renderer.pipeline.run_pipeline
    assert renderer.drawing.selftest.run_selftest
    check_templates()
    boto3.client("s3", region_name="us-east-1")
    ZoneInfo("Asia/Tokyo")
    ssl.create_default_context(cafile=CERTIFICATES)
    drawn = {flagset: draw(flagset) for flagset in FLAGSETS}
    for flagset, pictures in drawn.items():
        if len(set(pictures.values())) < len(CHARACTERS):
            sys.exit(f"no Japanese font: {flagset} draws {CHARACTERS} alike")
    first, *others = drawn.values()
    if any(pictures != first for pictures in others):
        sys.exit("the sets of flags draw the same figure in different bytes")
    print("the renderer can be imported and draws Japanese with each set of flags")


if __name__ == "__main__":
    main()
