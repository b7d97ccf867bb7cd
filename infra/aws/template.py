"""Reading a CloudFormation template as data.

Nothing is resolved: `!Ref x` becomes `{"Ref": "x"}`.
"""

from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).with_name("template.yaml")


# libyaml is ten times as fast, and every wheel of PyYAML has it.
class _Loader(yaml.CSafeLoader):
    """A YAML loader that knows the short forms of CloudFormation's functions."""


def _construct(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt":
        value = value.split(".", 1)
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _construct)


def load_template(text: str | None = None) -> dict[str, Any]:
    """Parse the application's template, or the text of another one."""
    template = yaml.load(text or PATH.read_text("utf-8"), _Loader)
    assert isinstance(template, dict)
    return template
