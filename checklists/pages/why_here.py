"""Why an item is in a release: the version it comes from, and what overlays made of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.audit.current import tree_by_digest
from checklists.formats.provenance import Origin, Provenance, provenance
from checklists.models import TemplateVersion
from checklists.pages.faces import Face
from checklists.state import ChecklistState, ItemState

_MADE = {
    "na_allowed": gettext_lazy("says that it always applies"),
    "evidence_required": gettext_lazy("requires evidence"),
    "evidence_kind": gettext_lazy("asks for another kind of evidence"),
    "justification_required": gettext_lazy("asks for a justification"),
    "stage": gettext_lazy("asks it before the deployment"),
    "due": gettext_lazy("makes it due earlier"),
    "valid_for": gettext_lazy("lets answers hold for less time"),
    "owner_role": gettext_lazy("names whose it is"),
    "probe": gettext_lazy("suggests a probe"),
    "guidance": gettext_lazy("adds guidance"),
}
_REQUIREMENTS = {
    "must": gettext_lazy("makes it a must"),
    "should": gettext_lazy("makes it a should"),
}


def why_here(checklist: ChecklistState, item: ItemState, added_by: Face | None) -> list[str]:
    """The sentences that say why the item is in the release. Empty where there is only one reason:
    its checklist, without overlays.
    """
    if item.added_by is not None:
        who = added_by.name if added_by else _("somebody who is no longer here")
        return [_("%(who)s added it to this release alone.") % {"who": who}]
    if not checklist.overlays:
        return []
    names = _names(checklist.content_digests)
    origins = _provenance(checklist).items.get(item.key, ())
    return [_said(origin, names, item, origins) for origin in origins]


def _said(origin: Origin, names: Sequence[str], item: ItemState, origins: Sequence[Origin]) -> str:
    name = names[origin.source]
    if not origin.made:
        return _("From %(name)s.") % {"name": name}
    last = [other for other in origins if "requirement" in other.made][-1:]
    made = [str(_MADE[field]) for field in origin.made if field in _MADE]
    if "requirement" in origin.made:
        raised = _REQUIREMENTS.get(item.requirement) if [origin] == last else None
        made.insert(0, str(raised or _("makes it count for more")))
    return f"{name}: {', '.join(made)}."


@lru_cache(maxsize=64)
def _provenance(checklist: ChecklistState) -> Provenance:
    base, *overlays = (tree_by_digest(digest) for digest in checklist.content_digests)
    return provenance(base, overlays)


@lru_cache(maxsize=256)
def _names(digests: tuple[str, ...]) -> tuple[str, ...]:
    """The names of published versions, which never change their number."""
    versions = TemplateVersion.objects.filter(digest__in=digests, published_at__isnull=False)
    named = {v.digest: str(v) for v in versions.select_related("template").defer("content")}
    return tuple(named.get(digest, digest[:12]) for digest in digests)
