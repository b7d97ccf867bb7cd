"""The contents: each part of the site, made of the same findings."""

from pathlib import Path

from renderer.drawing.gallery import hang_figures
from renderer.figures.graphs import make_graphs
from renderer.findings.findings import make_findings
from renderer.publish.contents import Contents, make_contents
from renderer.settings import Settings
from renderer.site import keys
from renderer.site.languages import LANGUAGES
from renderer.subject import Subject
from tests.unit.renderer.histories import TOKYO, history, settle

YEARS = ("2026", "2027")
HOURLY = {
    f"{keys.HOURLY}{year}.{kind}" for year in YEARS for kind in ("csv", "parquet")
}


def contents(hours: int = 9000, code: str = "code") -> Contents:
    """Give the contents of a site of more than a year, without its pictures."""
    readings = history(range(hours))
    settings = Settings(
        data_bucket="data",
        site_bucket="site",
        site_url="http://site.example/",
        counter="nyanpass",
        subject=Subject("title"),
        time_zone=TOKYO,
        browser=Path("no browser"),
        plotly_js=Path("no script"),
        flagsets=[],
        code=code,
    )
    findings = make_findings(settle(readings), "nyanpass", TOKYO)
    ranges = make_graphs(findings.frames)
    gallery = hang_figures("title", code, findings, ranges)
    return make_contents(settings, findings, ranges, gallery)


def test_an_hourly_file_changes_with_the_readings_of_its_year_and_with_the_code() -> (
    None
):
    """The files of past years rest, and that of all years until midnight."""
    before, later, newer = contents(), contents(9001), contents(code="newer")
    assert before.versions.keys() >= HOURLY
    for key in HOURLY:
        same = before.versions[key] == later.versions[key]
        assert same == ("2026" in key)
        assert before.versions[key] != newer.versions[key]
    days = [contents(24 * 30 + hour).versions[keys.ALL_HOURS] for hour in (0, 15, 17)]
    assert (days[0] == days[1], days[1] == days[2]) == (True, False)


def test_the_data_are_all_tables_and_of_the_hourly_files_those_that_are_stale() -> None:
    """Those of past years are not made to be thrown away."""
    data = {f"{keys.HOURLY}2027.csv", keys.ALL_HOURS}
    made = contents().write_data({*data, "graphs/7d-total.png"})
    assert made.keys() == {*keys.Table, *data}


def test_the_pages_name_every_data_file_and_come_last() -> None:
    """Whether it was made in this run or rests."""
    files = contents().render_site("assets/plotly.0.js")
    pages = [each.page for each in reversed(LANGUAGES)]
    assert list(files)[-len(pages) :] == pages
    for page in pages:
        for key in (*keys.Table, *HOURLY, keys.ALL_HOURS):
            assert key.encode() in files[page]
