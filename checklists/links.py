"""Links that people give us: only what a browser may safely follow. Pure."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from checklists.errors import Invalid

_UNSEEN = {"Cc", "Cf", "Cs"}
"""Kinds of characters that hide, or turn the text around them round: a link is read as it is."""


def checked_link(text: str) -> str:
    """The link, trimmed. Raises Invalid unless it is an http or https address with a host."""
    link = text.strip()
    try:
        parts = urlsplit(link)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_fine = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
        raise Invalid(
            _("A link starts with https:// or http:// and names a host."),
            code="bad_link",
            field="content",
        )
    if parts.username or parts.password:
        raise Invalid(
            _(
                "The link holds a user name or a password. Remove it: everybody in the "
                "project, and the report, will show this link."
            ),
            code="link_with_credentials",
            field="content",
        )
    if any(c.isspace() or unicodedata.category(c) in _UNSEEN for c in link):
        raise Invalid(_("A link holds no spaces."), code="bad_link", field="content")
    return link
