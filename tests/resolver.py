"""What CloudFormation would make of the template for a stack.

Knows the intrinsic functions that the template uses, and no others.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Region": "ap-northeast-1",
    "AWS::StackName": "nyanpass-count",
}
# How the ARN of a resource is made from its name, where the template asks for it.
_ARNS = {
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
}
_NAMES = ("BucketName", "FunctionName", "QueueName", "TopicName", "LogGroupName")
_NOTHING = object()
# Those that look at nothing but their arguments.
_PURE: dict[str, Callable[..., Any]] = {
    "Fn::Equals": lambda one, other: one == other,
    "Fn::Not": lambda value: not value,
    "Fn::Or": lambda *values: any(values),
    "Fn::Select": lambda number, values: values[number],
    "Fn::Split": lambda separator, text: text.split(separator),
}


@dataclass(frozen=True)
class Resolver:
    """Replaces intrinsic functions by what they give for these parameters."""

    template: Mapping[str, Any]
    parameters: Mapping[str, str]

    def resources(self) -> dict[str, Any]:
        """Give the resources whose conditions hold, resolved."""
        return {
            name: self.resolve(resource)
            for name, resource in self.template["Resources"].items()
            if self._holds(resource.get("Condition"))
        }

    def resolve(self, value: Any) -> Any:
        """Resolve a value and everything in it."""
        if isinstance(value, list):
            return [
                one for each in value if (one := self.resolve(each)) is not _NOTHING
            ]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        pairs = ((key, self.resolve(each)) for key, each in value.items())
        return {key: each for key, each in pairs if each is not _NOTHING}

    def _call(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return self._ref(argument)
        if name == "Fn::GetAtt":
            return self._attribute(*argument)
        if name == "Fn::If":
            return self.resolve(argument[1 if self._holds(argument[0]) else 2])
        if name == "Fn::Sub":
            return self._fill(*([argument] if isinstance(argument, str) else argument))
        return _PURE[name](*map(self.resolve, argument))

    def _fill(self, text: str, own: Mapping[str, Any] | None = None) -> str:
        values = {} if own is None else self.resolve(own)
        return re.sub(
            r"\$\{([^}]+)\}", lambda m: values.get(m[1]) or self._named(m[1]), text
        )

    def _holds(self, condition: str | None) -> bool:
        return condition is None or bool(
            self.resolve(self.template["Conditions"][condition])
        )

    def _named(self, name: str) -> str:
        resource, _, attribute = name.partition(".")
        found = self._attribute(resource, attribute) if attribute else self._ref(name)
        return str(found)

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.template["Parameters"]:
            default = self.template["Parameters"][name].get("Default")
            return self.parameters.get(name, default)
        return self._name_of(name)

    def _name_of(self, name: str) -> str:
        properties = self.template["Resources"][name].get("Properties", {})
        for key in _NAMES:
            if key in properties and name not in str(properties[key]):
                return str(self.resolve(properties[key]))
        return name

    def _attribute(self, name: str, attribute: str) -> str:
        if attribute == "WebsiteURL":
            region = PSEUDO["AWS::Region"]
            return f"http://{self._name_of(name)}.s3-website-{region}.amazonaws.com"
        if attribute == "DomainName":
            return f"{name}.{attribute}"
        if attribute != "Arn":
            return self._name_of(name) if attribute.endswith("Name") else name
        return _ARNS[self.template["Resources"][name]["Type"]].format(
            region=PSEUDO["AWS::Region"],
            account=PSEUDO["AWS::AccountId"],
            name=self._name_of(name),
        )
