"""Which stacks a command can work on."""

from unittest.mock import Mock

import pytest

from infra.aws.stacks import Deployed
from infra.errors import StackError
from infra.operate.stack import refuse_unfinished

COMPLETE = {"SiteUrl": "http://site/"}


def look(state: str, outputs: dict[str, str], *resources: str) -> None:
    """Look whether a stack in a state, with these parts, is finished."""
    found = [{"LogicalResourceId": name} for name in resources]
    cloud = Mock()
    cloud.describe_stack_resources.return_value = {"StackResources": found}
    refuse_unfinished(cloud, Deployed("s", "arn", state, {}, outputs))


@pytest.mark.parametrize(
    "state", ["REVIEW_IN_PROGRESS", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"]
)
def test_a_stack_of_nothing_but_the_data_is_to_be_finished(state: str) -> None:
    """As an import leaves it, also where the update after it was rolled back."""
    with pytest.raises(StackError, match=f"s is {state}: run `make deploy` to finish"):
        look(state, {}, "DataBucket")


def test_a_whole_stack_is_worked_on_in_any_state() -> None:
    """Also one that is being created, which has no outputs yet."""
    look("UPDATE_ROLLBACK_COMPLETE", COMPLETE)
    look("CREATE_IN_PROGRESS", {}, "DataBucket", "Renderer")
