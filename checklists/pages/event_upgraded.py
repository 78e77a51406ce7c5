"""What moving a checklist to a newer version did, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from checklists.pages.event_names import Names


def upgraded(body: Mapping[str, Any], names: Names) -> str:
    """ "3 asked again, 2 new, 1 taken out, 120 kept." """
    data = body["data"]
    return _("%(changed)s asked again, %(added)s new, %(removed)s taken out, %(kept)s kept") % {
        name: len(data[name]) for name in ("changed", "added", "removed", "kept")
    }
