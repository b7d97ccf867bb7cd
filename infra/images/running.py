"""Which images the account's functions run, so that none of them is deleted."""

from typing import Any


def find_running(functions: Any) -> dict[str, str]:
    """Ask Lambda; return the address of each image -> a function that runs it.

    Every function of the account and region counts, whichever stack it is from, and
    so do published versions. An address ends in a digest or a tag. Raises ClientError
    where Lambda may not be asked.
    """
    running: dict[str, str] = {}
    pages = functions.get_paginator("list_functions").paginate(FunctionVersion="ALL")
    for page in pages:
        for each in page["Functions"]:
            if each.get("PackageType") != "Zip":
                name, version = each["FunctionName"], each["Version"]
                found = functions.get_function(FunctionName=name, Qualifier=version)
                for form in ("ImageUri", "ResolvedImageUri"):
                    if address := found["Code"].get(form):
                        running[address] = name
    return running
