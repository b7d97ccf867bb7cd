"""A small evaluator of IAM policies, for the parts of the language that we use.

An explicit Deny wins, else an Allow is needed. Conditions: Null, Bool, StringEquals.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One use of an action on a resource, and the condition keys that it carries."""

    action: str
    resource: str
    keys: tuple[tuple[str, str], ...] = field(default=(), compare=False)


def is_allowed(statements: Iterable[Statement], call: Call) -> bool:
    """Evaluate statements for a call."""
    effects = {s["Effect"] for s in statements if applies(s, call)}
    return effects == {"Allow"}


def applies(statement: Statement, call: Call) -> bool:
    """Say whether a statement is about a call."""
    return (
        any(matches(pattern, call.action) for pattern in listed(statement["Action"]))
        and any(
            matches(pattern, call.resource) for pattern in listed(statement["Resource"])
        )
        and all(
            holds(operator, key, wanted, dict(call.keys))
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    )


def holds(operator: str, key: str, wanted: str, keys: Mapping[str, str]) -> bool:
    """Evaluate one condition."""
    if operator == "Null":
        return (key not in keys) == (wanted == "true")
    if operator in {"Bool", "StringEquals"}:
        return keys.get(key) == wanted
    raise ValueError(f"{operator} is not known here")


def matches(pattern: str, text: str) -> bool:
    """Compare with a pattern, in which * and ? are the only special characters."""
    parts = (re.escape(part) for part in re.split(r"([*?])", pattern))
    expression = "".join({r"\*": ".*", r"\?": "."}.get(part, part) for part in parts)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def listed(value: Any) -> list[str]:
    """Give a value or a list of values as a list."""
    return value if isinstance(value, list) else [value]


def grants(statements: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    """Give every pair of action and resource that is granted."""
    for statement in statements:
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield action, resource
