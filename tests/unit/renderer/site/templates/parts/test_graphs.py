"""The graphs on the page: their tabs, pictures, words, legends and tables."""

import re
from datetime import timedelta

import pytest

from renderer.figures import theme
from renderer.figures.ranges import DEFAULT_RANGE
from renderer.site import keys
from tests.unit.renderer.histories import (
    FIRST,
    HOUR,
    TOKYO,
    at,
    history,
    read_late,
)
from tests.unit.renderer.pages import KINDS, PAGES, files_of, page_of
from tests.unit.renderer.site.states import TABS, every_state, site_of

both = pytest.mark.parametrize("language", PAGES)


@both
@every_state
def test_every_graph_has_words_sizes_and_all_its_looks(
    state: str, language: str
) -> None:
    """The page does not jump while they load, and says what they show."""
    page = page_of(site_of(state), language)
    images = [
        image
        for image in page.all("img")
        if image["src"].startswith("graphs/")
        and image["src"].partition("?")[0] not in keys.PICTURES
    ]
    assert [re.split(r"[/.]", image["src"])[1] for image in images] == [
        f"{span}-{kind}" for span in TABS[state] for kind in KINDS
    ]
    for image in images:
        assert (image["width"], image["height"]) == (
            str(theme.WIDTH),
            str(theme.HEIGHT),
        )
        assert len(image["alt"]) > 20
    assert len({image["alt"] for image in images}) == len(images)
    # The first picture that is seen is not waited for; the others may be.
    eager = [image["src"] for image in images if "loading" not in image]
    [first] = eager
    default = DEFAULT_RANGE if DEFAULT_RANGE in TABS[state] else "all"
    assert first.startswith(f"graphs/{default}-increments.")
    total = f"graphs/{default}-total"
    looks = [s["srcset"] for s in page.all("source") if total in s["srcset"]]
    names = [re.sub(rf"{total}(.*)\.png\?v=\w+", r"\1", look) for look in looks]
    assert names == ["-narrow"]


@both
@every_state
def test_the_usual_range_is_the_one_of_seven_days_as_soon_as_there_is_one(
    state: str, language: str
) -> None:
    """Before that it is the whole history; its tab is marked, and no other."""
    page = page_of(site_of(state), language)
    default = DEFAULT_RANGE if DEFAULT_RANGE in TABS[state] else "all"
    usual = [tag for _, tag in page.tags if "usual" in tag.get("class", "").split()]
    assert [tag["data-range"] for tag in usual if "data-range" in tag] == [default]
    tabs = [tag["href"] for tag in usual if "href" in tag]
    assert tabs == ([f"#{default}"] if len(TABS[state]) > 1 else [])


def test_a_legend_explains_what_the_graphs_mark_and_nothing_else() -> None:
    """Gaps, resets, records and what is incomplete."""
    plain = page_of(files_of(history(range(1, 24)))).words
    for words in ("欠測 1", "カウンターのリセット", "一部の時間だけの値"):
        assert words not in plain
    counts = [*range(0, 3000, 5), *[None] * 30, *range(4000, 4300, 2), *range(300)]
    marked = page_of(files_of(history(counts))).words
    for words in ("欠測 30時間", "カウンターのリセット 1回", "一部の時間だけの値"):
        assert words in marked
    assert "1 reset of the counter" in page_of(files_of(history(counts)), "en").words


def test_years_and_comparisons_are_told_in_words() -> None:
    """Beside what is known, in the caption and in what is read instead of a picture."""
    slow = range(24 * 500)
    fast = (slow[-1] + 2 * n for n in range(1, 24 * 300))
    files = files_of(history([*slow, *fast], at("2025-01-01", TOKYO)))
    page, english = page_of(files), page_of(files, "en")
    heading = "Total since 1 January, year by year"
    told = "+3,312 in 2027, 100% more than 2026 up to the same day"
    assert f"{heading} {told} 2027 2025–2026 " in english.words
    assert sum(told in image["alt"] for image in english.all("img")) == 1
    assert "2027年に +3,312、2026年の同時期より 100% 多い" in page.words
    assert (
        "as much as the 7 days before, 100% more than 52 weeks ago"
    ) in english.words
    assert "その前の7日間と同じ、52週前より 100% 多い" in page.words


def test_what_is_nearly_as_much_is_not_told_as_the_same() -> None:
    """It would be "0.0% more"."""
    week = 7 * 24
    rises = [10_000] * (2 * week) + [10_001] * week
    files = files_of(history([sum(rises[:n]) for n in range(len(rises) + 1)]))
    assert "about as much as the 7 days before" in page_of(files, "en").words
    assert "その前の7日間とほぼ同じ" in page_of(files).words


def test_the_part_that_is_compared_is_told_where_it_is_not_all() -> None:
    """With what it comes to and with the line of it."""
    files = files_of(history(range(24 * 400), at("2026-01-01", TOKYO)))
    words = page_of(files, "en").words
    assert "since 7 January 2027: as much as the year before" in words
    assert "since 7 January 2027: the year before, mean of 7 days" in words
    page = page_of(files)
    assert "2027年1月7日以降：その前の1年と同じ" in page.words
    assert "2027年1月7日以降：その前の1年の7日間平均" in page.words
    assert "since 7 January 2027" not in words.partition("Presses per day")[0]


def test_what_is_set_aside_is_told_with_its_graph_and_listed() -> None:
    """Where it was, what it counted, and between what; and that is no reset."""
    files = files_of(history([*range(100, 130), 3, 0, 132, 10**7, 134]))
    page, english = page_of(files), page_of(files, "en")
    assert "除外した値 3件" in page.words
    assert "カウンターのリセット" not in page.words
    # In the table it is a dash, as a missing one is.
    assert "16:00 — 132 2026年1月2日 15:00 — — 2026年1月2日 14:00 — —" in page.words
    assert (
        "除外した値 3件。 2026年1月2日 18:00：10,000,000（前後は 132 と 134） "
        "2026年1月2日 15:00 〜 16:00：0 〜 3（前後は 129 と 132）"
    ) in page.words
    assert (
        "Set aside 3 readings. 2 January 2026, 18:00: 10,000,000, between 132 and 134 "
        "2 January 2026, 15:00 – 16:00: 0 – 3, between 129 and 132"
    ) in english.words
    told = [image["alt"] for image in english.all("img") if "chart" in image["alt"]]
    assert len(told) == 4
    assert all(alt.endswith(", 3 readings set aside.") for alt in told)
    none = page_of(files_of(history(range(9))), "en").words
    assert "Set aside None." in none
    assert "readings set aside" not in none


def test_a_range_of_readings_set_aside_says_why_nothing_is_known() -> None:
    """A day of them: there is no data is not what there is to say."""
    files = files_of(history([*range(1000, 1300), *[0] * 30, 1400]))
    assert (
        "Readings are set aside: the presses per hour of this range are not known"
    ) in page_of(files, "en").words
    assert "この期間は値を除外したため" in page_of(files).words


def test_a_table_holds_the_values_of_every_bucket() -> None:
    """The newest first; what is missing is a dash there, too."""
    files = files_of(history([0, 7, None, 1000, 1012]))
    text = page_of(files).words
    rows = (
        "2026年1月1日 12:00 +12 1,012 2026年1月1日 11:00 — 1,000 "
        "2026年1月1日 10:00 — — 2026年1月1日 09:00 +7 7"
    )
    assert rows in text


def test_the_table_says_when_readings_were_made_that_are_no_hour_apart() -> None:
    """With minutes, where others have the hour that they begin in."""
    late = read_late(history([0, 7, 27, 30]), FIRST + 2 * HOUR, timedelta(minutes=40))
    rows = (
        "1 January 2026, 11:40 – 12:00 +3 30 1 January 2026, 10:00 – 11:40 +20 27 "
        "1 January 2026, 09:00 +7 7"
    )
    assert rows in page_of(files_of(late), "en").words
