"""The list of public files: all that is published, and what others say of it."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

from renderer.figures.ranges import RANGES
from renderer.site import keys
from renderer.site.data import make_schema
from renderer.site.keys import PUBLIC_KEYS
from renderer.site.languages import LANGUAGES
from tests.unit.renderer.histories import history
from tests.unit.renderer.pages import files_of

ROOT = Path(__file__).resolve().parents[4]
README = (ROOT / "README.md").read_text("utf-8")
TEMPLATE = ROOT / "infra" / "aws" / "template.yaml"


def test_all_that_is_published_is_public() -> None:
    """Whoever adds a file lists it, or S3 would refuse both the put and the visitor."""
    hidden = [
        key
        for key in [*files_of(history([5])), keys.MANIFEST]
        if not any(fnmatchcase(key, pattern) for pattern in PUBLIC_KEYS)
    ]
    assert not hidden, f"add {hidden} to PUBLIC_KEYS in renderer/site/keys.py"


def test_the_template_names_each_public_file_twice() -> None:
    """What visitors may read and the renderer may write; it cannot read our list."""
    named = re.findall(r"arn:\S+\$\{SiteBucket\}/(\S+)", TEMPLATE.read_text("utf-8"))
    written = re.findall(r"arn:\S+-site-\S+?\}/(\S+)", TEMPLATE.read_text("utf-8"))
    parts = {
        "PublicRead of SiteBucketPolicy": named,
        "Publish of RendererRole": written,
    }
    wrong = [name for name, found in parts.items() if found != list(PUBLIC_KEYS)]
    assert not wrong, (
        f"in infra/aws/template.yaml, let {' and '.join(wrong)} name "
        f"{', '.join(PUBLIC_KEYS)}, in this order"
    )


def test_the_template_begins_a_visit_at_the_front_page() -> None:
    """And answers a wrong address by the page for it: S3's website and CloudFront."""
    template = TEMPLATE.read_text("utf-8")
    for name in ("IndexDocument: ", "DefaultRootObject: "):
        assert f"{name}{keys.FRONT_PAGE}\n" in template, f"change {name}in {TEMPLATE}"
    for name in ("ErrorDocument: ", "ResponsePagePath: /"):
        assert f"{name}{keys.NOT_FOUND}\n" in template, f"change {name}in {TEMPLATE}"


def test_the_readme_lists_each_file_range_and_language() -> None:
    """For those who look for the data there."""
    files = [
        *keys.Table,
        keys.ALL_HOURS,
        keys.PACKAGE,
        *keys.PICTURES,
        *keys.BADGES.values(),
        keys.SHIELD,
        keys.NOT_FOUND,
    ]
    files += [
        file for each in LANGUAGES for file in (each.page, each.feed, each.json_feed)
    ]
    missing = [str(key) for key in files if f"`{key}`" not in README]
    assert not missing, f"README.md does not list {missing}"
    named = set(re.findall(r"^\| `(data/[^`<]+)`", README, re.MULTILINE))
    extra = named - {*keys.Table, keys.ALL_HOURS, keys.PACKAGE}
    assert not extra, f"README.md lists {extra}"
    ranges = ", ".join(f"`{name}`" for name in RANGES)
    assert f"ranges {ranges};" in README, f"README.md does not say: ranges {ranges};"


def test_the_readme_tells_the_columns_of_each_csv_file() -> None:
    """All of them, in their order."""
    rows = r"^\| `(data/[^`]+)`.*: `([a-z_,]+)` \|$"
    told = dict(re.findall(rows, README, re.MULTILINE))
    expected = {
        file["key"]: ",".join(column["name"] for column in file["columns"])
        for file in make_schema()["files"]
        if file["key"].endswith(".csv")
    }
    assert told == expected, f"in README's table of data, tell the columns {expected}"


def test_an_asset_is_named_by_its_content() -> None:
    """So that it may be kept for ever."""
    one, other = (keys.name_asset("a.b.js", body) for body in (b"1", b"2"))
    assert re.fullmatch(r"assets/a\.b\.[0-9a-f]{12}\.js", one)
    assert one != other
