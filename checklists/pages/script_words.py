"""What the scripts say: they have no catalogue, so the page hands them their words."""

from __future__ import annotations

import json

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from checklists.pages.spoken import kept_in_each_language


@kept_in_each_language(maxsize=8)
def words_of_script() -> str:
    """The words by name, as JSON. `%(n)s` and the like are filled in by the script."""
    return json.dumps(
        {
            "s": _("%(n)s s"),
            "min": _("%(n)s min"),
            "h": _("%(n)s h"),
            "d": _("%(n)s d"),
            "now": _("just now"),
            "soon": _("less than 1 min"),
            "in": _("in %(time)s"),
            "ago": _("%(time)s ago"),
            "left": _("%(n)s s left"),
            "copied": _("Copied"),
            "day": _("%(day)s %(month)s"),
            "date": _("%(day)s %(month)s %(year)s"),
            "stamp": _("%(day)s, %(time)s %(zone)s"),
            "clock": pgettext("a time of day", "%(time)s UTC"),
            "months": [str(MONTHS_3[number]).title() for number in range(1, 13)],
        },
        ensure_ascii=False,
    )
