"""The template as data.

`!Ref x` is read as `{"Ref": "x"}` and so on; nothing is resolved.
"""

from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).with_name("template.yaml")


class _Loader(yaml.SafeLoader):
    """Reads the short forms, `!Ref x` as `{"Ref": "x"}`."""


def _construct(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
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
    """Parse the template, or another one's text."""
    template = yaml.load(text or PATH.read_text("utf-8"), _Loader)
    assert isinstance(template, dict)
    return template
