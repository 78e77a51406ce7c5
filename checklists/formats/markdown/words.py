"""Headings that mean something, and the reasons an import report gives."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from checklists.formats.keys import slug

Why = str | Promise
"""A reason, in the words of whoever will read it."""

_CLOSE = re.compile(
    r"(?:[0-9]+-)*(?:post|after)-?(?:the-)?(?:deployment|deploy|release|launch|go-live)"
    r"(?:-(?:checklist|checks?|tasks?|steps?|verification|validation|monitoring|phase))?"
    r"|(?:[0-9]+-)*nach-(?:dem|der)-(?:deployment|release|go-live|rollout|veröffentlichung"
    r"|produktivsetzung|inbetriebnahme|auslieferung|freigabe)"
    r"|(?:[0-9]+-)*après-(?:la-mise-en-production|la-livraison|le-déploiement)"
)
_RELATED = re.compile(
    r"(?:[0-9]+-)*(?:(?:related|further|additional)"
    r"(?:-(?:documentation|documents|document|docs|links|reading|resources))?"
    r"|see-also|references|(?:weiterführende|verwandte)-(?:dokumente|informationen|links)"
    r"|siehe-auch|documents-liés|voir-aussi|références)"
)

TICKED = gettext_lazy(
    "The box was ticked. A template holds no answers, so the item was imported unticked."
)
NOT_APPLICABLE = gettext_lazy(
    "This was marked as not applicable. The item was imported unanswered; it may be answered so."
)
UNCLEAR_MARK = gettext_lazy(
    "This was answered, but neither with done nor with not applicable. A template holds no "
    "answers; the words were kept apart."
)
ANSWERED = gettext_lazy("An answer. A template holds none, so it was kept apart from the item.")
OPTIONS = gettext_lazy("Answers to choose from belong to the question above and are no items.")
NO_TITLE = gettext_lazy("The box has no text beside it, so there is no item.")
NO_BOX = gettext_lazy("This entry has no box, so it is guidance and not an item.")
NO_BOX_ABOVE = gettext_lazy(
    "This entry has no box, but entries below it do. They were imported; its text is guidance."
)
QUOTED = gettext_lazy("The box stands in a quotation. It was read as an item.")
INDENTED = gettext_lazy(
    "A box indented by four or more spaces is code to Markdown, so it is text, not an item."
)
UNCLOSED = gettext_lazy(
    "The code block that begins here is never closed, so the boxes in it are text."
)
LOOKS_LIKE_BOX = gettext_lazy(
    "Markdown reads this as text. It was read as an item, for it begins with a box."
)
STRUCK = gettext_lazy("The title is struck through. The item was imported nevertheless.")
NO_BOXES = gettext_lazy(
    "No box stands anywhere in the file, so every entry of its lists was read as an item, "
    "this one first."
)
QUESTIONS = gettext_lazy(
    "No item of the file has a box, so every question was read as an item, this one first."
)
TABLE = gettext_lazy(
    "This table has no boxes to tick, but its heading names what to check, so its rows were read "
    "as items."
)
ANY_TABLE = gettext_lazy(
    "Nothing else in the file looks like an item, so the rows of this table were read as items."
)
HEADINGS = gettext_lazy(
    "Nothing else in the file looks like an item, so its deepest headings were read as items, this "
    "one first."
)
FROM_CODE = gettext_lazy(
    "All boxes of the file are in code, so the code was read as if it was not marked as such."
)
CONTENTS = gettext_lazy("A table of contents only repeats the headings. It was left out.")
BADGE = gettext_lazy("A badge says nothing about a checklist. It was left out.")
TO_TOP = gettext_lazy("A way back to the top of the file leads nowhere here. It was left out.")
DROPPED = gettext_lazy("This part of the page is not for reading. It was left out.")
TOOL_COMMENT = gettext_lazy("A comment for a tool, or commented out. It was left out.")
SAID_IGNORED = gettext_lazy("Left out by hand.")
NOT_READ = gettext_lazy("Nothing here could be used. It was left out.")
SECOND_TITLE = gettext_lazy(
    "A heading of the first level that is not the title. It was read as a section."
)
EMPTY_HEADING = gettext_lazy(
    "The heading has no text, so what follows stays under the heading above."
)
LINKS_HEADING = gettext_lazy(
    "A heading among related documents. The documents were kept, in one list."
)
RULE = gettext_lazy("A separator line has no place in a checklist. It was left out.")
COMMENT = gettext_lazy(
    "A comment is a hint to whoever fills the list in. Its words were kept as guidance."
)
FRONT_MATTER = gettext_lazy(
    "Settings above the text (front matter) are not part of a checklist. Left out."
)
NO_LINK = gettext_lazy("This is among related documents but has no link, so it was left out.")
BAD_COMMENT = gettext_lazy("This comment of Readiness could not be used: {}")
KEY_TAKEN = gettext_lazy(
    "The key in this comment belongs to another item or heading, so a new one was made."
)
UNUSED_LINK = gettext_lazy("No text uses this link definition. It was left out.")


_CONTENTS = re.compile(
    r"(?:table-of-)?contents|toc|index|inhalt|inhaltsverzeichnis|sommaire|table-des-matières|índice"
)
_PROSE = re.compile(
    r"(?:[0-9]+-)*(?:how-to-use.*|how-to|usage|instructions?|introduction|overview|about.*|purpose"
    r"|scope|notes?|glossary|definitions?|terminology|terms|legend|key|(?:table-of-)?contents|toc"
    r"|contribut(?:ing|ors|ion|ions)|licen[cs]e|credits|acknowledge?ments?|change-?log|history"
    r"|revisions?(?:-history)?|contacts?|resources|links|references|faqs?|background|context"
    r"|summary|description|examples?|prerequisites-for-readers|audience|tl-dr|authors?"
    r"|sign-?offs?|approvals?|approvers|verwendung|anleitung|einleitung|hinweise|inhalt"
    r"|inhaltsverzeichnis|glossar|lizenz)"
)


def means_close(title: str) -> bool:
    """Whether a section of this title is about the time after the deployment."""
    return bool(_CLOSE.fullmatch(slug(title)))


def means_related(title: str) -> bool:
    """Whether a section of this title, if it has no box, lists related documents."""
    return bool(_RELATED.fullmatch(slug(title)))


def means_contents(title: str) -> bool:
    """Whether a heading of this title is that of a table of contents."""
    return bool(_CONTENTS.fullmatch(slug(title)))


def means_prose(title: str) -> bool:
    """Whether what stands under such a heading is to be read and not to be done."""
    return bool(_PROSE.fullmatch(slug(title))) or means_related(title)
