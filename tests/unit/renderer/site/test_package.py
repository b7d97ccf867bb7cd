"""What the data are, for programs: valid, whole, and the same as the schema says."""

import json
from pathlib import Path
from typing import Any

import pytest

from renderer.readings.notes import Note
from renderer.site import keys
from renderer.site.languages import LANGUAGES
from renderer.site.page import render_files
from renderer.site.words import load_texts
from tests.unit.renderer.histories import FIRST, HOUR, history
from tests.unit.renderer.pages import PAGES, SITE_URL, TITLE, page_of, view_of

# Two years, with a gap, a reset, and a reading that is set aside.
COUNTS = [*range(40), None, None, *range(42, 90), 0, *range(91, 120), 7, 8, 9]


def files_of(**view: Any) -> dict[str, bytes]:
    """Give the files of a site with all that there is."""
    made, data = view_of(history(COUNTS, FIRST - 30 * HOUR), **view)
    return data | render_files(made)


def package_of(files: dict[str, bytes]) -> dict[str, Any]:
    """Read the package."""
    package: dict[str, Any] = json.loads(files[keys.PACKAGE])
    return package


def test_frictionless_finds_the_package_and_its_tables_valid(tmp_path: Path) -> None:
    """Each value of each CSV file is of its type, and there where it has to be."""
    # Half a second, which only this test is to take.
    import frictionless

    files = files_of(notes=[Note(FIRST, {"en": "On TV, twice"}, None, FIRST)])
    for key, body in files.items():
        if key.startswith("data/"):
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    descriptor = package_of(files)
    assert [*frictionless.Package.metadata_validate(descriptor)] == []
    # The framework reads Parquet by pandas only; its columns are compared elsewhere.
    tables = [each for each in descriptor["resources"] if each["format"] == "csv"]
    path = tmp_path / "data" / "tables.json"
    path.write_text(json.dumps({**descriptor, "resources": tables}), "utf-8")
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["name", "type", "message"])
    rows = {task.name: task.stats.get("rows", 0) for task in report.tasks}
    assert rows["daily.csv"] > 3
    assert rows["notes.csv"] == 1
    assert rows["hourly-2025.csv"] + rows["hourly-2026.csv"] == len(COUNTS) - 2


def test_every_table_is_a_resource_where_it_lies() -> None:
    """With the columns of the schema, from the folder of the package on."""
    files = files_of()
    resources = {
        f"data/{each['path']}": each for each in package_of(files)["resources"]
    }
    assert resources.keys() == {
        key for key in files if key.startswith("data/") and not key.endswith("json")
    } - {keys.Table.LICENCE}
    assert len({each["name"] for each in resources.values()}) == len(resources)
    for file in json.loads(files[keys.Table.SCHEMA])["files"]:
        for year in ("2025", "2026"):
            if resource := resources.get(file["key"].replace("<year>", year)):
                for field, column in zip(
                    resource["schema"]["fields"], file["columns"], strict=True
                ):
                    assert field["name"] == column["name"]
                    assert field["type"] == column["type"]
                    for text in column["about"].values():
                        assert text in field["description"]


def test_the_package_says_whose_it_is_and_what_may_be_done_with_it() -> None:
    """In every language, as the page does; the licence is that of the schema."""
    files = files_of()
    package = package_of(files)
    assert package["name"] == "nyanpass"
    assert package["title"].startswith(f"{TITLE} / Nyanpasu Button")
    assert "an unofficial record" in package["description"]
    assert package["homepage"] == f"{SITE_URL}index.html"
    schema = json.loads(files[keys.Table.SCHEMA])
    assert [each["name"] for each in package["licenses"]] == [schema["license"]]
    assert package["version"] == str(schema["schema"])
    other = package_of(files_of(title="<b>&amp; A counter"))
    assert other["title"] == "<b>&amp; A counter"
    assert "The counter of <b>&amp; A counter, read" in other["description"]


def test_a_new_reading_of_the_year_does_not_change_the_package() -> None:
    """It is put once a year, so it costs no tick anything."""
    before, after = (
        render_files(view_of(history(range(hours)))[0]) for hours in (400, 401)
    )
    assert before[keys.PACKAGE] == after[keys.PACKAGE]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.code)
def test_the_page_has_a_dataset_for_those_who_look_for_one(language: Any) -> None:
    """What Google's search for data asks for, and addresses that are there."""
    files = files_of()
    dataset = json.loads(page_of(files, language.code).data)
    assert dataset["@context"] == "https://schema.org/"
    assert dataset["@type"] == "Dataset"
    assert dataset["name"] == load_texts(language.code)["subject"]["title"]
    # https://developers.google.com/search/docs/appearance/structured-data/dataset
    assert 50 <= len(dataset["description"]) <= 5000
    assert dataset["url"] == SITE_URL + PAGES[language.code]
    assert dataset["license"].startswith("https://creativecommons.org/publicdomain/")
    assert dataset["temporalCoverage"] == "2025-12-30T18:00:00Z/.."
    found = [each["contentUrl"] for each in dataset["distribution"]]
    assert {address.removeprefix(SITE_URL) for address in found} <= files.keys()
    assert f"{SITE_URL}data/all.parquet" in found
