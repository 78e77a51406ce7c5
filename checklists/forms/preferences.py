"""How one person reads: the language and the time zone."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.forms.operation import OperationForm
from checklists.zones import zones


def _languages() -> list[tuple[str, str]]:
    return [("", _("As my browser asks")), *settings.LANGUAGES]


def _zones() -> list[tuple[str, str]]:
    named = sorted(name for name in zones() if name.partition("/")[0] in _REGIONS)
    return [("", _("As my browser says")), ("UTC", "UTC"), *((name, name) for name in named)]


_REGIONS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()  # noqa: SIM905
)
"""The rest of the tz database are old names of the same zones."""


class LanguageForm(OperationForm):
    """The values of `set_own_language_and_zone`."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=_languages, required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Times you read and write are of this zone, with UTC beside them."),
        choices=_zones,
        required=False,
    )
