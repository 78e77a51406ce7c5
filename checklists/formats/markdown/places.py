"""What can stand where as plain Markdown: found out by reading it."""

from __future__ import annotations

import re
from typing import Any

from checklists.errors import Invalid
from checklists.formats.markdown.inline import Title, read_title
from checklists.formats.markdown.options import is_option
from checklists.formats.markdown.reader import Reader
from checklists.formats.tree import ChecklistTree, Item, RelatedDocument

RELATED = "Related Documentation"
TREE, SECTION, GROUP = 1, 2, 3
"""Levels of headings."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#!|~&]")
_EASY_ADDRESS = re.compile(r"[\w./:?=#%@,;+~-]+")


class Places:
    """Answers with plain Markdown wherever it reads back as what it should say."""

    def heading(self, level: int, title: str) -> tuple[str, dict[str, Any]]:
        """A heading's line, and the fields that a comment must add for it to read as the title."""
        marks = "#" * level + " "
        for text in (title, escaped(title)):
            if _reads_as_heading(f"{marks}{text}", level, title):
                return f"{marks}{text}", {}
        return f"{marks}{escaped(title)}", {"title": title}

    def item(self, title: str, condition: str) -> tuple[str, dict[str, Any], Title]:
        """As `heading` for an item's line after its box; also what that line reads as alone."""
        end = f" ({condition})" if condition else ""
        for line in (f"{title}{end}", f"{escaped(title)}{end}"):
            shown = read_title(line)
            if shown == Title(title, "", condition) and not is_option(title):
                return line, {}, shown
        fields = {"title": title} if shown.text != title or is_option(title) else {}
        if shown.condition != condition:
            fields["condition"] = condition
        return line, fields, shown

    def under_heading(self, level: int, text: str) -> str:
        """The bullet that items may have after this text; "" if the text cannot stand there.

        Items with the bullet of a list right above them would become part of that list.
        """
        return next((bullet for bullet in "-*" if _fits(level, text, bullet)), "")

    def under_item(self, text: str) -> bool:
        """Whether the text can stand below an item."""
        found = _read(f"- [ ] a\n\n{indented(text, '  ')}\n\n  - [ ] b\n\n- [ ] c\n")
        return found is not None and _guidance(found) == [("a", text), ("b", ""), ("c", "")]

    def document(self, document: RelatedDocument) -> str:
        """The entry of a related document; "" if no plain one reads back."""
        address = document.url
        if not _EASY_ADDRESS.fullmatch(address):
            address = "<" + re.sub(r"([\\<>&])", r"\\\1", address) + ">"
        for change in (str, escaped):
            note = f" - {change(document.note)}" if document.note else ""
            line = f"- [{change(document.title)}]({address}){note}"
            found = _read(f"## {RELATED}\n\n{line}\n")
            if found and found.related == (document,):
                return line
        return ""


class HiddenPlaces(Places):
    """Answers that no text can stand anywhere, so that every text goes into a comment.

    For checklists in which texts that are harmless alone change each other's meaning.
    """

    def under_heading(self, level: int, text: str) -> str:
        return "" if text else "-"

    def under_item(self, text: str) -> bool:
        return not text

    def document(self, document: RelatedDocument) -> str:
        return ""


def indented(text: str, by: str) -> str:
    """The text with its lines moved in; empty lines stay empty."""
    return "\n".join(by + line if line else line for line in text.split("\n"))


def escaped(text: str) -> str:
    """The text with everything that could be markup made plain."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _read(text: str) -> ChecklistTree | None:
    """What a text reads as; None if not everything in it was understood."""
    try:
        result = Reader(text).read()
    except Invalid:
        return None
    return None if result.ignored else result.tree


def _reads_as_heading(line: str, level: int, title: str) -> bool:
    found = _read(f"{line}\n\n- [ ] a\n")
    if not found or _guidance(found) != [("a", "")] or len(found.sections) > 1:
        return False
    section = found.sections[0]
    group = section.groups[0]
    titles = {TREE: found.title, SECTION: section.title, GROUP: group.title}
    return titles[level] == title and not any((found.intro, section.guidance, group.guidance))


def _fits(level: int, text: str, bullet: str) -> bool:
    if not text:
        return True
    headings = "\n\n".join("#" * number + " h" for number in range(1, level + 1))
    found = _read(f"{headings}\n\n{text}\n\n{bullet} [ ] a\n")
    if not found or _guidance(found) != [("a", "")] or len(found.sections) > 1:
        return False
    section = found.sections[0]
    texts = [found.intro, section.guidance, section.groups[0].guidance]
    return len(section.groups) == 1 and texts == [
        text if number == level else "" for number in (TREE, SECTION, GROUP)
    ]


def _guidance(tree: ChecklistTree) -> list[tuple[str, str]]:
    items: list[Item] = list(tree.items())
    return [(item.title, item.guidance) for item in items]
