"""What a month costs, item by item: `python -m infra.operate.cost` or `make cost`.

Each item has its price by the list, and what is left to pay with the free tiers that
never end, which are an account's, not a stack's. Prices are those of ap-northeast-1
in US dollars, from memory of the services' pages; other regions differ by a fifth or
so. Visitors' traffic varies and is left out, and so is what a new account gets free
for a year.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infra.commands import run_command
from infra.console import say
from infra.local.functions import COLLECTOR, RENDERER
from renderer.site.languages import LANGUAGES

HOURS = 730
# Of one hour with a tick that draws what changes. Puts: the reading and the history;
# the summary, the days, and the year's readings as CSV and Parquet; of each of the two
# ranges that change by the hour four pictures and the figures; two badges and the one
# for shields.io; the pages and the manifest. Listings cost the same as puts. The first
# tick of a day puts 21 more, together a quarter of a cent a month.
LISTINGS = 5
PUTS, GETS = 2 + 4 + 2 * 5 + 3 + len(LANGUAGES) + 1 + LISTINGS, 6
ALARMS, METRICS = 10, 3
# The site, ten years of readings, and a week of each hour's history.
STORED_GB = 0.1
# Of both images, as docs/images.md has it: one pair is kept.
IMAGES_GB = 0.25
# Both functions' lines: some 5 KB of an hour.
LOGS_GB = HOURS * 5e-6
# A few alarms, and what they make an operator do.
MAILS, QUEUE_REQUESTS = 20, 100


@dataclass(frozen=True)
class Usage:
    """What a run of one function takes on average; billed_s: with its start."""

    name: str
    memory_mb: int
    billed_s: float


# For those who have measured nothing yet.
EXAMPLE = (
    Usage(COLLECTOR.name, COLLECTOR.memory_mb, 1.0),
    Usage(RENDERER.name, RENDERER.memory_mb, 3.0),
)


@dataclass(frozen=True)
class Item:
    """Something that AWS charges for.

    amount: of a month, in `unit`. price: US dollars for one. free: so many of the
    account's are free, for ever.
    """

    name: str
    amount: float
    unit: str
    price: float
    free: float = 0

    @property
    def listed(self) -> float:
        """Return US dollars a month by the price list."""
        return self.amount * self.price

    @property
    def to_pay(self) -> float:
        """Return US dollars a month beyond the free tier."""
        return max(0.0, self.amount - self.free) * self.price


def estimate_month(usages: Sequence[Usage], *, dashboards: int = 0) -> list[Item]:
    """Return all that a month costs, for one run an hour of each function."""
    gb_s = HOURS * sum(each.memory_mb / 1024 * each.billed_s for each in usages)
    return [
        Item("S3, puts and listings", HOURS * PUTS, "requests", 0.0047 / 1000),
        Item("S3, gets", HOURS * GETS, "requests", 0.00037 / 1000),
        Item("S3, storage", STORED_GB, "GB", 0.025),
        Item("ECR, one pair of images", IMAGES_GB, "GB", 0.10),
        Item("Lambda, memory x time", gb_s, "GB-s", 0.0000166667, free=400_000),
        Item("Lambda, runs", HOURS * len(usages), "runs", 0.20 / 1e6, free=1e6),
        Item("CloudWatch, alarms", ALARMS, "alarms", 0.10, free=10),
        Item("CloudWatch, metrics", METRICS, "metrics", 0.30, free=10),
        Item("CloudWatch, dashboards", dashboards, "dashboards", 3.00, free=3),
        Item("CloudWatch, logs", LOGS_GB, "GB", 0.76, free=5),
        Item("Scheduler", HOURS, "calls", 1.25 / 1e6, free=14e6),
        Item("SQS", QUEUE_REQUESTS, "requests", 0.40 / 1e6, free=1e6),
        Item("SNS, mails", MAILS, "mails", 2.00 / 100_000, free=1000),
        Item("Budgets, without actions", 1, "budget", 0.0),
    ]


def format_table(items: Sequence[Item]) -> Iterator[str]:
    """Yield the lines of a table in Markdown, with the sums in the last one."""
    yield "| Item | A month | List price | To pay |"
    yield "|---|---|---|---|"
    for each in items:
        amount = f"{each.amount:,.3g}" if each.amount < 10 else f"{each.amount:,.0f}"
        prices = f"${each.listed:.3f} | ${each.to_pay:.3f}"
        yield f"| {each.name} | {amount} {each.unit} | {prices} |"
    listed, to_pay = sum_up(items)
    yield f"| **All** | | **${listed:.2f}** | **${to_pay:.2f}** |"


def sum_up(items: Sequence[Item]) -> tuple[float, float]:
    """Return the sums in US dollars: by the price list, and to pay."""
    return sum(each.listed for each in items), sum(each.to_pay for each in items)


def show_example() -> int:
    """Print the table for those who have measured nothing yet."""
    for line in format_table(estimate_month(EXAMPLE)):
        say(line)
    return 0


if __name__ == "__main__":
    sys.exit(run_command("cost", show_example))
