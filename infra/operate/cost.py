"""An estimate of what a month costs, from measured durations.

Prices are those of ap-northeast-1 in US dollars, from memory of the services' pages;
other regions differ by a fifth or so. Of the free tiers only CloudWatch's counts,
since it never ends. Storage is small, and visitors' traffic varies: both are left out.
"""

from dataclasses import dataclass

from renderer.site.languages import LANGUAGES

GB_SECOND = 0.0000166667
INVOCATION = 0.20 / 1e6
S3_PUT, S3_GET = 0.0047 / 1000, 0.00037 / 1000
ALARM, METRIC, IMAGE_GB = 0.10, 0.30, 0.10
HOURS = 730
# Of one hour with a tick that draws what changes. Puts: the reading and the history;
# summary, daily and monthly numbers, and the year's readings as CSV and Parquet; of
# each of the four graphs that change by the hour two pictures and the figure; card,
# badge, the pages, manifest; and four listings, which cost the same. The first tick of
# a day puts 20 more, together a third of a cent a month. The images' size is that of
# docs/images.md.
PUTS, GETS = 2 + 5 + 4 * 3 + 3 + len(LANGUAGES) + 4, 6
ALARMS, METRICS, IMAGES_GB = 10, 3, 0.25
FREE_ALARMS, FREE_METRICS = 10, 10


@dataclass(frozen=True)
class Usage:
    """What a run of one function takes on average."""

    name: str
    memory_mb: int
    mean_s: float


def estimate_month(usages: list[Usage]) -> dict[str, float]:
    """Return part -> US dollars a month, for one run an hour of each function."""
    parts = {
        usage.name: HOURS
        * (usage.mean_s * usage.memory_mb / 1024 * GB_SECOND + INVOCATION)
        for usage in usages
    }
    return {
        **parts,
        "S3 requests": HOURS * (PUTS * S3_PUT + GETS * S3_GET),
        "images in ECR": IMAGES_GB * IMAGE_GB,
        "alarms beyond 10": max(0, ALARMS - FREE_ALARMS) * ALARM,
        "metrics beyond 10": max(0, METRICS - FREE_METRICS) * METRIC,
    }
