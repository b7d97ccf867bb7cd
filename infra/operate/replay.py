"""`make replay`: send the S3 events of readings again, in as few invocations as fit.

The renderer takes an event as a hint, so nothing changes where nothing is missing.
Each invocation is waited for: events sent all at once would only race.
"""

from collections.abc import Mapping

from infra.console import say, tell_number
from infra.environment import is_on
from infra.errors import SettingsError
from infra.invocations import describe_result
from infra.operate.batches import cut_batches, make_records
from infra.operate.invoke import invoke_function
from infra.operate.readings import list_readings, parse_bound
from infra.operate.stack import Stack


def replay(stack: Stack, env: Mapping[str, str]) -> int:
    """Send the events of the readings from `FROM` to `TO`; `DRY=1` only counts them."""
    start = parse_bound("FROM", env.get("FROM"))
    end = parse_bound("TO", env.get("TO"), end=True)
    if start >= end:
        raise SettingsError("FROM has to be before TO")
    keys = list(list_readings(stack, start, end))
    if not keys:
        say(f"there is no reading from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}")
        return 0
    batches = list(cut_batches(make_records(stack.data_bucket, keys)))
    readings = tell_number(len(keys), "reading")
    say(f"{readings} in {tell_number(len(batches), 'invocation')}")
    say(f"first {keys[0]}")
    say(f"last  {keys[-1]}")
    if is_on(env, "DRY"):
        say("dry run: nothing is sent")
        return 0
    for number, batch in enumerate(batches, start=1):
        result = invoke_function(stack, stack.renderer, {"Records": batch})
        say(f"{number} of {len(batches)}: {describe_result(result)}")
    return 0
