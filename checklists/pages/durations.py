"""How long something took, in words: the two largest units that say something."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import ngettext_lazy

_UNITS = (
    (86_400, ngettext_lazy("%(count)s day", "%(count)s days", "count")),
    (3600, ngettext_lazy("%(count)s h", "%(count)s h", "count")),
    (60, ngettext_lazy("%(count)s min", "%(count)s min", "count")),
)


def duration(taken: timedelta) -> str:
    """ "2 days 4 h", "35 min"; less than a minute is "0 min"."""
    left, parts = int(taken.total_seconds()), []
    for seconds, words in _UNITS:
        number, left = divmod(left, seconds)
        if number:
            parts.append(str(words % {"count": number}))
        elif parts:
            break
    return " ".join(parts[:2]) or str(_UNITS[-1][1] % {"count": 0})
