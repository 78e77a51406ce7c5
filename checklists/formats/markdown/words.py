"""Headings that mean something, and the reasons an import report gives."""

from __future__ import annotations

import re

from checklists.formats.keys import slug

_CLOSE = re.compile(
    r"(?:[0-9]+-)*(?:post|after)-?(?:the-)?(?:deployment|deploy|release|launch|go-live)"
    r"(?:-(?:checklist|checks?|tasks?|steps?|verification|validation|monitoring|phase))?"
)
_RELATED = re.compile(
    r"(?:[0-9]+-)*(?:(?:related|further|additional)"
    r"(?:-(?:documentation|documents|document|docs|links|reading|resources))?"
    r"|see-also|references)"
)

TICKED = "The box was ticked. A template holds no answers, so the item was imported unticked."
NO_TITLE = "The box has no text beside it, so there is no item."
NO_BOX = "This entry has no box, so it is guidance and not an item."
NO_BOX_ABOVE = (
    "This entry has no box, but entries below it do. They were imported; its text is guidance."
)
QUOTED = "A box inside a quotation is text, not an item."
INDENTED = "A box indented by four or more spaces is code to Markdown, so it is text, not an item."
UNCLOSED = "The code block that begins here is never closed, so the boxes in it are text."
LOOKS_LIKE_BOX = (
    "This looks like an item, but Markdown reads it as text."
    " Write “- [ ] ” before it, on a line of its own."
)
SECOND_TITLE = "A heading of the first level that is not the title. It was read as a section."
EMPTY_HEADING = "The heading has no text, so what follows stays under the heading above."
LINKS_HEADING = "A heading among related documents. The documents were kept, in one list."
RULE = "A separator line has no place in a checklist. It was left out."
COMMENT = "A comment is not shown to anybody. It was left out."
FRONT_MATTER = "Settings above the text (front matter) are not part of a checklist. Left out."
NO_LINK = "This is among related documents but has no link, so it was left out."
BAD_COMMENT = "This comment of Readiness could not be used: {}"
KEY_TAKEN = "The key in this comment belongs to another item or heading, so a new one was made."
UNUSED_LINK = "No text uses this link definition. It was left out."


def means_close(title: str) -> bool:
    """Whether a section of this title is about the time after the deployment."""
    return bool(_CLOSE.fullmatch(slug(title)))


def means_related(title: str) -> bool:
    """Whether a section of this title, if it has no box, lists related documents."""
    return bool(_RELATED.fullmatch(slug(title)))
