"""How a stack is brought up: asked of a CloudFormation that answers as it is told."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import botocore.session
import pytest
from botocore.exceptions import ClientError

import infra.aws.stacks
from infra.aws.change_sets import LONG_AGO, Plan
from infra.aws.stacks import (
    Kind,
    begin_deletion,
    bring_up,
    find_deployed,
    find_updatable,
    list_events,
    wait_for_stack,
)
from infra.errors import FailedError, SettingsError, StackError

KIND = Kind(frozenset({"Mark"}), "STACK", removal="`make destroy`")
NEW = Plan("s", "template", exists=False)
OLD = Plan("s", "template", exists=True)
ADDED = {
    "ResourceChange": {
        "Action": "Add",
        "LogicalResourceId": "Bucket",
        "ResourceType": "AWS::S3::Bucket",
    }
}
ABSENT = ClientError(
    {"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "Describe"
)


class Cloud:
    """Stands for CloudFormation's client: answers in turn, and notes what is done."""

    class meta:  # noqa: N801 - boto3's own name
        """What a client knows of itself."""

        region_name = "ap-northeast-1"

    def __init__(self, *states: str | None, changes: dict[str, Any] | None = None):
        """Have the stack go through these states; None: it is not there."""
        self.states = list(states)
        self.changes = changes or {"Status": "CREATE_COMPLETE", "Changes": [ADDED]}
        self.done: list[str] = []
        self.parameters = [{"ParameterKey": "Mark", "ParameterValue": "1"}]
        self.resources: list[dict[str, str]] = []
        self.reason = "the name is taken"
        self.hidden: list[dict[str, Any]] = []

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        """Give the next state; an empty stack, where none is named."""
        state = self.states.pop(0) if self.states else "REVIEW_IN_PROGRESS"
        if state is None:
            raise ABSENT
        stack = {"StackId": "arn:s", "StackStatus": state}
        return {"Stacks": [{**stack, "Parameters": self.parameters}]}

    def describe_stack_resources(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        """Give the resources."""
        return {"StackResources": self.resources}

    def get_paginator(self, name: str) -> "Pages":
        """Give what divides an answer into pages."""
        return Pages(getattr(self, name))

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        """Give one event, the same each time, and newer than what was before."""
        event = {
            "EventId": "1",
            "Timestamp": datetime.now(UTC),
            "LogicalResourceId": "Bucket",
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": self.reason,
        }
        return {"StackEvents": [event]}

    def create_change_set(self, **arguments: Any) -> dict[str, str]:
        """Note of which type the set is."""
        self.done.append(arguments["ChangeSetType"])
        return {"Id": "c"}

    def describe_change_set(self, **_: str) -> dict[str, Any]:
        """Give the changes."""
        return self.changes

    def describe_events(self, **_: Any) -> dict[str, Any]:
        """Give the reasons that the answers themselves do not tell."""
        return {"OperationEvents": self.hidden}

    def __getattr__(self, name: str) -> Any:
        """Note any other call."""
        return lambda **_: self.done.append(name)


class Pages:
    """The pages of one kind of answer."""

    def __init__(self, ask: Any) -> None:
        """Hold what is asked."""
        self.ask = ask

    def paginate(self, **arguments: Any) -> list[dict[str, Any]]:
        """Give each entry of the answer on a page of its own."""
        answer = self.ask(**arguments)
        lists = {name: v for name, v in answer.items() if isinstance(v, list)}
        pages = [{**answer, n: [each]} for n, v in lists.items() for each in v]
        return pages or [answer]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again without a pause."""
    monkeypatch.setattr(infra.aws.stacks, "POLL_S", 0.0)


def test_changes_are_shown_made_and_watched(capsys: pytest.CaptureFixture[str]) -> None:
    """Each event is printed once, with its reason."""
    cloud = Cloud("CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    bring_up(cloud, NEW, {})
    assert cloud.done == ["CREATE", "execute_change_set"]
    assert capsys.readouterr().out.splitlines() == [
        "creating s in ap-northeast-1",
        "     Add Bucket AWS::S3::Bucket",
        "  Bucket CREATE_FAILED the name is taken",
        "CREATE_COMPLETE",
    ]


def test_without_a_change_nothing_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    """CloudFormation calls that a failed change set."""
    reason = "The submitted information didn't contain changes."
    cloud = Cloud(changes={"Status": "FAILED", "StatusReason": reason})
    bring_up(cloud, OLD, {})
    assert cloud.done == ["UPDATE", "delete_change_set"]
    assert "nothing to change" in capsys.readouterr().out


def test_changes_that_cannot_be_made_are_a_failure_with_the_reason() -> None:
    """Whatever else CloudFormation refuses."""
    cloud = Cloud(changes={"Status": "FAILED", "StatusReason": "see the events"})
    cloud.hidden = [refusal("Bucket", "the name is taken"), {}]
    reason = "^the changes cannot be made: see the events; Bucket: the name is taken$"
    with pytest.raises(FailedError, match=reason):
        bring_up(cloud, OLD, {})
    assert cloud.done == ["UPDATE", "delete_change_set"]


def refusal(name: str, reason: str, *, minutes: int = 5) -> dict[str, Any]:
    """Make an event of a validation that fails, some minutes from now."""
    return {
        "LogicalResourceId": name,
        "Timestamp": datetime.now(UTC) + timedelta(minutes=minutes),
        "ValidationStatusReason": reason,
    }


def test_a_first_creation_that_is_refused_leaves_no_stack() -> None:
    """The empty one that its change set hung on is deleted."""
    cloud = Cloud(changes={"Status": "FAILED", "StatusReason": "a cycle"})
    with pytest.raises(FailedError, match="a cycle"):
        bring_up(cloud, NEW, {})
    assert cloud.done == ["CREATE", "delete_change_set", "delete_stack"]


@pytest.mark.parametrize(
    ("plan", "left"),
    [(OLD, ["delete_change_set"]), (NEW, ["delete_change_set", "delete_stack"])],
)
def test_a_dry_run_leaves_nothing_behind(plan: Plan, left: list[str]) -> None:
    """Neither the change set, nor the empty stack that a first one hangs on."""
    cloud = Cloud()
    bring_up(cloud, plan, {}, dry=True)
    assert cloud.done[1:] == left


def test_a_stack_that_somebody_else_has_filled_meanwhile_stays() -> None:
    """A dry run that began before it was there must not delete it."""
    cloud = Cloud("CREATE_COMPLETE")
    bring_up(cloud, NEW, {}, dry=True)
    assert cloud.done == ["CREATE", "delete_change_set"]


def test_losses_are_confirmed_by_the_stack_s_name() -> None:
    """Without it nothing is done, and the change set does not stay either."""
    removed = {"ResourceChange": {**ADDED["ResourceChange"], "Action": "Remove"}}
    changes = {"Status": "CREATE_COMPLETE", "Changes": [removed]}
    cloud = Cloud(changes=changes)
    with pytest.raises(SettingsError, match="not confirmed"):
        bring_up(cloud, OLD, {"YES": "y"})
    assert cloud.done == ["UPDATE", "delete_change_set"]
    cloud = Cloud("UPDATE_COMPLETE", changes=changes)
    bring_up(cloud, OLD, {"YES": "s"})
    assert cloud.done == ["UPDATE", "execute_change_set"]


def test_a_stack_that_is_rolled_back_is_a_failure_with_the_reasons() -> None:
    """Those of this time, not those of an attempt before it."""
    cloud = Cloud("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
    cloud.hidden = [
        refusal("Queue", "no right"),
        refusal("s", "call DescribeEvents"),
        refusal("Topic", "old", minutes=-5),
    ]
    reasons = "^the stack was rolled back: Bucket: the name is taken; Queue: no right$"
    with pytest.raises(FailedError, match=reasons):
        bring_up(cloud, OLD, {})


def test_without_the_right_to_see_the_reasons_that_is_said() -> None:
    """The refusal itself is still told."""
    cloud = Cloud(changes={"Status": "FAILED", "StatusReason": "see the events"})
    cloud.describe_events = Mock(side_effect=ABSENT)  # type: ignore[method-assign]
    with pytest.raises(
        FailedError, match=r"see the events; \(its events cannot be read"
    ):
        bring_up(cloud, OLD, {})


def test_what_is_there_already_is_imported(capsys: pytest.CaptureFixture[str]) -> None:
    """In a change set of its own type, which creates the stack."""
    plan = Plan(
        "s", "template", exists=False, imports=[{"LogicalResourceId": "Bucket"}]
    )
    bring_up(Cloud("IMPORT_IN_PROGRESS", "IMPORT_COMPLETE"), plan, {})
    assert "taking over data into s in ap-northeast-1" in capsys.readouterr().out


@pytest.mark.parametrize("last", [None, "DELETE_COMPLETE"])
def test_a_stack_that_is_gone_is_deleted(last: str | None) -> None:
    """CloudFormation may know it for a while yet, or not at all."""
    cloud = Cloud("DELETE_IN_PROGRESS", last)
    assert wait_for_stack(cloud, "s", LONG_AGO, gone=True)
    assert not wait_for_stack(Cloud("DELETE_FAILED"), "s", LONG_AGO, gone=True)


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        ("CREATE_FAILED", "its first creation failed: `make destroy` first"),
        ("ROLLBACK_FAILED", "its first creation failed: `make destroy` first"),
        ("IMPORT_ROLLBACK_FAILED", "its first creation failed: `make destroy` first"),
        ("DELETE_FAILED", "its deletion did not end: `make destroy` first"),
        ("UPDATE_IN_PROGRESS", "wait until that has ended"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "wait until that has ended"),
    ],
)
def test_a_stack_that_cannot_be_updated_is_refused(state: str, problem: str) -> None:
    """With its state, and the way on."""
    with pytest.raises(StackError, match=f"s is {state}.*{problem}"):
        find_updatable(Cloud(state), "s", KIND)


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"])
def test_what_a_first_creation_left_is_deleted(state: str) -> None:
    """It holds nothing, and CloudFormation would not update it; not in a dry run."""
    cloud = Cloud(state, "DELETE_IN_PROGRESS", None)
    found = find_updatable(cloud, "s", KIND)
    assert (found.deployed, cloud.done) == (None, [])
    found.mend()
    assert cloud.done == ["delete_stack"]
    cloud = Cloud(state)
    with pytest.raises(StackError, match=f"s is {state}.*without DRY=1"):
        find_updatable(cloud, "s", KIND, dry=True)
    assert cloud.done == []
    with pytest.raises(FailedError, match="s could not be deleted"):
        find_updatable(Cloud(state, "DELETE_FAILED"), "s", KIND).mend()


UPDATABLE = {
    *("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_FAILED"),
    *("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_COMPLETE"),
}


def test_every_state_that_cloudformation_knows_has_a_way_on() -> None:
    """It is updated, made anew, or refused with what to do; none is forgotten."""
    model = botocore.session.get_session().get_service_model("cloudformation")
    states: list[str] = model.shape_for("StackStatus").enum  # type: ignore[attr-defined]
    ways = {state: find_way_on(state) for state in states}
    assert {state for state, way in ways.items() if way == "update"} == UPDATABLE
    rest = {state: way for state, way in ways.items() if state not in UPDATABLE}
    assert [s for s, w in rest.items() if not re.search(WAYS_ON, w)] == []


WAYS_ON = "^create$|`make destroy` first$|wait until that has ended$"


def find_way_on(state: str) -> str:
    """Return what becomes of a stack in a state: `update`, `create`, or the words."""
    cloud = Cloud(state, "UPDATE_ROLLBACK_COMPLETE")
    cloud.resources = [{"LogicalResourceId": "Mark"}]
    if state in {"ROLLBACK_COMPLETE", "DELETE_COMPLETE"}:
        cloud.states = [state, None]
    try:
        found = find_updatable(cloud, "s", KIND)
        found.mend()
    except StackError as error:
        return str(error)
    return "update" if found.deployed else "create"


def test_a_stack_that_an_import_did_not_touch_is_updated() -> None:
    """A rolled back import into a stack leaves it as it was."""
    cloud = Cloud("IMPORT_ROLLBACK_COMPLETE")
    cloud.resources = [{"LogicalResourceId": "Mark"}]
    assert find_updatable(cloud, "s", KIND).deployed
    assert cloud.done == []


def test_a_rollback_that_got_stuck_is_continued() -> None:
    """And where that fails again, the way on is told."""
    states = ("UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_IN_PROGRESS")
    cloud = Cloud(*states, "UPDATE_ROLLBACK_COMPLETE")
    found = find_updatable(cloud, "s", KIND)
    assert found.deployed
    assert cloud.done == []
    found.mend()
    assert cloud.done == ["continue_update_rollback"]
    with pytest.raises(FailedError, match="--resources-to-skip NAME`, then run this"):
        find_updatable(Cloud(*states, "UPDATE_ROLLBACK_FAILED"), "s", KIND).mend()


@pytest.mark.parametrize("state", [None, "REVIEW_IN_PROGRESS"])
def test_a_stack_that_is_absent_or_empty_is_to_be_created(state: str | None) -> None:
    """A change set that was never executed leaves an empty one."""
    found = find_updatable(Cloud(state), "s", KIND)
    assert found.deployed is None
    assert found.in_review is (state is not None)
    found.mend()


def test_a_stack_in_review_that_was_there_before_stays() -> None:
    """Somebody else's change set would go with it."""
    cloud = Cloud("REVIEW_IN_PROGRESS")
    plan = find_updatable(cloud, "s", KIND).make_plan("s", "template")
    assert not plan.exists
    bring_up(cloud, plan, {}, dry=True)
    assert cloud.done == ["CREATE", "delete_change_set"]


def test_a_stack_is_ours_by_its_parameters_or_its_resources() -> None:
    """Any other one is left alone: an update would remove all that it holds."""
    cloud = Cloud("CREATE_COMPLETE")
    deployed = find_updatable(cloud, "s", KIND).deployed
    assert deployed
    assert deployed.parameters == {"Mark": "1"}
    cloud.states, cloud.parameters = ["CREATE_COMPLETE"] * 2, []
    with pytest.raises(StackError, match="something else: choose STACK=<name>"):
        find_updatable(cloud, "s", KIND)
    cloud.resources = [{"LogicalResourceId": "Mark"}]
    assert find_updatable(cloud, "s", KIND).deployed


@pytest.mark.parametrize("protected", [True, False])
def test_protection_from_deletion_is_known_beforehand(protected: bool) -> None:
    """CloudFormation tells it with the state."""
    stack = {"StackId": "arn:s", "StackStatus": "CREATE_COMPLETE"}
    stack |= {"EnableTerminationProtection": protected}  # type: ignore[dict-item]
    cloud = Mock()
    cloud.describe_stacks.return_value = {"Stacks": [stack]}
    found = find_deployed(cloud, "s")
    assert found is not None
    assert found.protected is protected


def test_a_deletion_that_is_refused_is_refused_at_once() -> None:
    """So `make destroy` learns it before anything is gone."""
    cloud = Mock(delete_stack=Mock(side_effect=ABSENT))
    cloud.describe_stack_events.return_value = {"StackEvents": []}
    with pytest.raises(ClientError):
        begin_deletion(cloud, "s")
    cloud.delete_stack.assert_called_once_with(StackName="s")


def test_a_deploy_that_may_not_go_on_leaves_no_change_set() -> None:
    """As where the right to see it, or to make the changes, is missing."""
    for name in ("describe_change_set", "execute_change_set"):
        cloud = Cloud()
        setattr(cloud, name, Mock(side_effect=ABSENT))
        with pytest.raises(ClientError):
            bring_up(cloud, NEW, {})
        assert cloud.done == ["CREATE", "delete_change_set", "delete_stack"]


def test_events_are_read_page_by_page_as_far_as_they_are_new() -> None:
    """The newest come first, a hundred at a time."""
    times = [datetime(2026, 11, 26, hour, tzinfo=UTC) for hour in (9, 8, 7, 6)]
    pages = [{"StackEvents": [{"Timestamp": each}]} for each in times]
    cloud = Mock()
    cloud.get_paginator.return_value.paginate.return_value = iter(pages)
    found = list_events(cloud, "s", times[2])
    assert [each["Timestamp"].hour for each in found] == [8, 9]
