"""What the data are, for programs: as a Data Package and as a Dataset; pure.

`data/datapackage.json` is for Frictionless (https://specs.frictionlessdata.io), the
Dataset of schema.org stands in the page, for those who look for data. Both are made of
the schema, so that nothing is said twice. Neither has a size or a hash of a file: these
change by the hour, and between two puts they would be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from renderer.site import keys
from renderer.site.words import strip_markup

LICENCE = {
    "name": "CC0-1.0",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    "title": "CC0 1.0 Universal",
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
# Those that are named where data are looked for: the others are in the package.
DISTRIBUTED = (keys.PACKAGE, keys.Table.SUMMARY, keys.Table.DAILY, keys.ALL_HOURS)


def describe_package(
    contexts: Iterable[Mapping[str, Any]], shared: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the Data Package of all tables, in every language at once.

    contexts: what each page is rendered with, in the order of the
    languages; shared: what all pages are.
    """
    contexts, schema = list(contexts), shared["schema"]
    said = [strip_markup(each["about"]) for each in contexts]
    return {
        "name": contexts[0]["summary"]["counter"],
        "title": join(each["title"] for each in contexts),
        "description": join([*said, *schema["about"].values()], "\n\n"),
        "homepage": contexts[0]["site_url"] + keys.FRONT_PAGE,
        "version": str(schema["schema"]),
        "licenses": [LICENCE],
        "resources": [
            resource for file in shared["files"] for resource in list_resources(file)
        ],
    }


def list_resources(file: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the resource of each file that an entry of the schema describes.

    A path begins where the package is; a name is a path in one piece.
    """
    columns = file["columns"]
    for key in sorted(file["keys"]):
        path, suffix = key.removeprefix("data/"), key.rpartition(".")[2]
        if suffix == "json":
            continue
        yield {
            "name": path.replace("/", "-"),
            "path": path,
            "format": suffix,
            "mediatype": MEDIA_TYPES[suffix],
            **({"encoding": "utf-8"} if suffix == "csv" else {}),
            "description": join(file["about"].values()),
            "schema": {
                "fields": [describe_field(column) for column in columns],
                "primaryKey": [columns[0]["name"]],
            },
        }


def describe_field(column: Mapping[str, Any]) -> dict[str, Any]:
    """Return a column as a field of a Table Schema."""
    return {
        "name": column["name"],
        "type": column["type"],
        **({"unit": column["unit"]} if "unit" in column else {}),
        "description": join(column["about"].values()),
        "constraints": {"required": not column.get("nullable", False)},
    }


def describe_dataset(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Dataset of schema.org, in the language of the context."""
    summary, site_url, texts = context["summary"], context["site_url"], context["texts"]
    about = texts["data"]["about"].format(zone=summary["time_zone"])
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": context["title"],
        "description": f"{strip_markup(context['about'])} {about}",
        "url": f"{site_url}{context['language'].page}",
        "inLanguage": context["language"].code,
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "nyanpass-count", "url": site_url},
        "temporalCoverage": f"{summary['first_scheduled_at']}/..",
        "dateModified": summary["observed_at"],
        "variableMeasured": ["count", "increment"],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": key.removeprefix("data/"),
                "encodingFormat": MEDIA_TYPES[key.rpartition(".")[2]],
                "contentUrl": f"{site_url}{key}",
            }
            for key in DISTRIBUTED
        ],
    }


def join(texts: Iterable[str], between: str = " / ") -> str:
    """Return texts in one, each once."""
    return between.join(dict.fromkeys(texts))
