"""What `make deploy` knows of a stack before it asks for the changes."""

from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from infra.errors import SettingsError
from infra.images.digests import read_digests, write_digests
from infra.operate.checks import needs_public_bucket
from infra.operate.deploy import (
    find_next_run,
    keep_images,
    list_values,
    refuse_source,
)
from tests.resolved import WITH_CDN, WITH_DOMAIN, properties


@pytest.mark.parametrize(
    "values",
    [{}, WITH_CDN, WITH_DOMAIN, {**WITH_DOMAIN, "Cdn": "0"}, {"Cdn": "0"}],
    ids=["website", "cdn", "domain", "domain without cdn", "neither"],
)
def test_an_account_that_blocks_public_buckets_may_have_cloudfront(
    values: dict[str, str],
) -> None:
    """A public bucket is needed exactly where the template opens the site's."""
    block = properties("SiteBucket", **values)["PublicAccessBlockConfiguration"]
    assert needs_public_bucket(values) is not block["BlockPublicPolicy"]


def test_what_is_not_given_stays_or_is_the_default() -> None:
    """So a stack with CloudFront keeps it until it is told otherwise."""
    definitions: dict[str, dict[str, int | str]] = {
        "Cdn": {"Default": 0},
        "Title": {"Default": "a"},
        "Image": {},
    }
    kept = {"ParameterKey": "Cdn", "UsePreviousValue": True}
    given = {"ParameterKey": "Image", "ParameterValue": "i"}
    found = list_values(definitions, {"Cdn": "1"}, [kept, given])
    assert found == {"Cdn": "1", "Title": "a", "Image": "i"}


@pytest.mark.parametrize(
    ("minute", "due"), [(0, "11:00"), (9, "11:09"), (10, "11:10"), (29, "10:29")]
)
def test_the_next_reading_is_due_at_the_schedule_s_minute(
    minute: int, due: str
) -> None:
    """Of this hour, if that is still to come."""
    now = datetime(2026, 11, 26, 10, 10, 0, tzinfo=UTC)
    found = find_next_run(f"cron({minute} * * * ? *)", now)
    assert f"{found:%H:%M}" == due


def test_a_deploy_after_going_back_keeps_the_earlier_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would else take those that were pushed last, which are why one went back."""
    monkeypatch.chdir(tmp_path)
    earlier = {"CollectorImage": "c@1", "RendererImage": "r@1"}
    # Where nothing was pushed, the stack itself keeps its images.
    keep_images(earlier)
    assert read_digests() == {}
    write_digests("abc", {"collector": "c@2", "renderer": "r@2"})
    keep_images({"CollectorImage": "c@2", "RendererImage": "r@2"})
    assert read_digests()["commit"] == "abc"
    keep_images(earlier)
    found = read_digests()
    assert (found["collector"], found["renderer"]) == ("c@1", "r@1")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"HOME_URL": "https://source.example/api?key=k"}, {}),
        (
            {"COUNT_URL": "http://source.example/api"},
            {"CodeUrl": "https://source.example/api/"},
        ),
    ],
)
def test_no_later_deploy_makes_the_address_a_link(
    given: dict[str, str], kept: dict[str, str]
) -> None:
    """Neither given without it, nor given where a link is kept."""
    variables = {"COUNT_URL": "http://source.example/api?key=k"}
    functions = Mock()
    functions.get_function.return_value = {
        "Configuration": {"Environment": {"Variables": variables}}
    }
    earlier = {"Counter": "nyanpass", **kept}
    with pytest.raises(SettingsError, match="which no page may name"):
        refuse_source(lambda _: functions, "s", given, earlier)
    refuse_source(
        lambda _: functions, "s", {**given, "HOME_URL": "", "CODE_URL": ""}, earlier
    )
