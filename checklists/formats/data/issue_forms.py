"""An issue form: what a place for issues asks of people, as a checklist of what to answer.

Boxes are the items of a section; a field to fill in or to choose from is an item that wants words.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from checklists.formats.data.nodes import (
    Listing,
    Mapping,
    Node,
    Text,
    mappings_of,
    parts_of,
    text_of,
    texts_in,
    value_of,
)
from checklists.formats.reading.entries import Entry, Fact
from checklists.formats.reading.names import GUIDANCE, LEFT_OUT
from checklists.formats.tree import LineKind

NO_LABEL = gettext_lazy("There is no label here that could be a title. It was left out.")
_ASKS = frozenset({"checkboxes", "input", "textarea", "dropdown", "markdown"})


def is_issue_form(node: Node) -> bool:
    """Whether a value is the form for new issues of a place for issues."""
    return any(value_of(part, "type") in _ASKS for part in mappings_of(node, "body"))


def form_entries(form: Mapping) -> Iterator[Entry]:
    """What the form asks."""
    name = text_of(form, "name")
    whole = Entry(LineKind.TITLE, name.text if name else "", name.line if name else form.line)
    for key, value in form.pairs:
        if isinstance(value, Text) and value is not name:
            field = GUIDANCE if key.text == "description" else LEFT_OUT
            whole.facts.append(Fact(field, key.text, value.text, key.line, value.end))
        elif key.text != "body" and not isinstance(value, Text):
            text = ", ".join(text.text for text in texts_in(value))
            end = max((text.end for text in texts_in(value)), default=key.end)
            whole.facts.append(Fact(LEFT_OUT, key.text, text, key.line, end))
    yield whole
    for key, _value in form.pairs:
        if key.text == "body":
            yield Entry(LineKind.SETTING, "", key.line, implied=True)
    for part in mappings_of(form, "body"):
        yield from _structure(part)
        yield from _asked(part)


def _asked(part: Mapping) -> Iterator[Entry]:
    kind = value_of(part, "type")
    attributes = _inside(part, "attributes")
    label = text_of(attributes, "label")
    if kind == "markdown":
        value = text_of(attributes, "value")
        if value:
            yield Entry(LineKind.GUIDANCE, value.text, value.line, value.end)
        return
    if label is None:
        yield Entry(LineKind.IGNORED, "", part.line, implied=True, why=str(NO_LABEL))
        return
    facts = _facts(attributes, ("description", "placeholder"))
    if kind == "checkboxes":
        yield Entry(LineKind.SECTION, label.text, label.line, label.end, facts=facts)
        for option in mappings_of(attributes, "options"):
            yield from _option(option)
        return
    facts += _required(_inside(part, "validations"))
    facts += [
        Fact(GUIDANCE, "options", "- " + text.text, text.line, text.end)
        for text in parts_of(attributes, "options")
        if isinstance(text, Text)
    ]
    yield Entry(LineKind.ITEM, label.text, label.line, label.end, facts=facts)


def _option(option: Mapping) -> Iterator[Entry]:
    label = text_of(option, "label")
    if label:
        facts = _required(option)
        yield Entry(LineKind.ITEM, label.text, label.line, label.end, facts=facts)


def _required(node: Mapping) -> list[Fact]:
    return [
        Fact("requirement", key.text, value.text, key.line, value.end)
        for key, value in node.pairs
        if key.text == "required" and isinstance(value, Text)
    ]


def _facts(node: Mapping, names: tuple[str, ...]) -> list[Fact]:
    return [
        Fact(GUIDANCE, key.text, value.text, key.line, value.end)
        for key, value in node.pairs
        if key.text in names and isinstance(value, Text)
    ]


def _structure(part: Mapping) -> Iterator[Entry]:
    """The names that only say how the form is built."""
    waiting: list[Node] = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Listing):
            waiting += node.parts
        elif isinstance(node, Mapping):
            for key, value in node.pairs:
                if not isinstance(value, Text) or key.text in ("type", "id", "render", "multiple"):
                    yield Entry(LineKind.SETTING, "", key.line, implied=True)
                waiting.append(value)


def _inside(node: Mapping, name: str) -> Mapping:
    for key, value in node.pairs:
        if key.text == name and isinstance(value, Mapping):
            return value
    return Mapping(node.line)
