"""One step on the items that somebody chose in a list, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from checklists.actors import Actor
from checklists.errors import Invalid
from checklists.models import Item, Release
from checklists.operations.bulk import (
    MOST_AT_ONCE,
    Batch,
    Chosen,
    assign_items,
    mark_items_not_applicable,
    reopen_items,
    tick_items,
    untick_items,
)
from checklists.operations.undo import undo_batch
from checklists.pages.assignees import assignees_of
from checklists.pages.filters import Filter
from checklists.pages.loading import recent_snapshot
from checklists.pages.render import counter_frame, row_frames
from checklists.permissions import require
from checklists.views.answers import UNDO_SECONDS
from checklists.views.htmx import asks_for_part
from checklists.views.items import actor_of, posted_assignee
from checklists.views.posted import is_number, posted_number, posted_text

SAID: dict[str, str | Promise] = {
    "tick": gettext_lazy("Ticked"),
    "untick": gettext_lazy("Unticked"),
    "na": gettext_lazy("Marked not applicable"),
    "reopen": gettext_lazy("Reopened"),
    "assign": gettext_lazy("Assigned"),
    "me": gettext_lazy("Assigned"),
}
MOST_TOLD = 6
"""Items left that a note names; more are counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a batch is answered with, in words."""

    said: str
    left: Sequence[str]
    more: int
    number: int


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def release_bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar that acts on chosen items, for htmx; posted, the step on them."""
    release = get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
    actor = actor_of(request)
    if request.method == "POST":
        do = posted_text(request, "do")
        batch = _done(request, release, do, actor)
        return _answer(request, batch, str(SAID[do]))
    require(actor, "answer_item", release.project)
    if not asks_for_part(request):
        return redirect(f"/releases/{pk}/?select=1")
    return render(request, "checklists/_bulk_bar.html", bar_of(release))


@require_POST
@login_required
def release_undo_bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own step on many items back."""
    release = get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
    number = posted_number(request, "batch")
    if number is None:
        raise Invalid(_("Name the step to undo."), code="missing", field="batch")
    return _answer(request, undo_batch(release, number, actor=actor_of(request)), _("Undone"))


def bar_of(release: Release) -> dict[str, object]:
    """What the bar needs to be drawn."""
    people, roles = assignees_of(release.project_id)
    return {"release": release, "people": people, "roles": roles, "most": MOST_AT_ONCE}


def _done(request: HttpRequest, release: Release, do: str, actor: Actor) -> Batch:
    chosen = _chosen(request)
    reason = posted_text(request, "reason")
    match do:
        case "tick":
            return tick_items(release, chosen, actor=actor, reason=reason)
        case "untick":
            return untick_items(release, chosen, actor=actor, reason=reason)
        case "na":
            return mark_items_not_applicable(release, chosen, actor=actor, reason=reason)
        case "reopen":
            return reopen_items(release, chosen, actor=actor, reason=reason)
        case "assign":
            return assign_items(release, chosen, actor=actor, to=posted_assignee(request, release))
        case "me":
            return assign_items(release, chosen, actor=actor, to=actor.person)
    raise Invalid(
        _("Choose what to do with the items: there is no “%(do)s” for many.") % {"do": do[:40]},
        code="no_such_step",
        field="do",
    )


def _chosen(request: HttpRequest) -> list[Chosen]:
    """The items of the form, each as ``id.version`` or ``id`` alone."""
    found = []
    for value in request.POST.getlist("item"):
        pk, _dot, version = value.partition(".")
        if not (is_number(pk) and (not version or is_number(version))):
            raise Invalid(
                _("“%(value)s” names no item.") % {"value": value[:20]},
                code="bad_number",
                field="item",
            )
        found.append(Chosen(int(pk), int(version) if version else None))
    return found


def _answer(request: HttpRequest, batch: Batch, said: str) -> HttpResponse:
    told = _told(batch, said)
    if not asks_for_part(request):
        note = messages.success if batch.changed else messages.warning
        note(request, " ".join([told.said, *told.left]))
        query = Filter.of_text(posted_text(request, "back")).as_query()
        return redirect(f"/releases/{batch.release.pk}/?{query}&select=1".replace("?&", "?"))
    release = Release.objects.for_page().get(pk=batch.release.pk)
    snapshot = recent_snapshot(release)
    touched = [item.pk for item in (*batch.changed, *(left.item for left in batch.left))]
    toast = {"told": told, "release": release, "seconds": UNDO_SECONDS}
    parts = [
        *row_frames(snapshot, touched).values(),
        counter_frame(snapshot, touched),
        render_to_string("checklists/_toast_batch.html", toast),
    ]
    return HttpResponse("\n".join(parts))


def _told(batch: Batch, said: str) -> Told:
    changed, left = len(batch.changed), len(batch.left)
    words = ngettext("%(said)s: %(count)s item.", "%(said)s: %(count)s items.", changed)
    sentence = words % {"said": said, "count": changed} if changed else _("Nothing was changed.")
    if left:
        sentence += " " + ngettext("%(count)s was left:", "%(count)s were left:", left) % {
            "count": left
        }
    named = [f"{_name(left.item)}: {left.message}" for left in batch.left[:MOST_TOLD]]
    return Told(sentence, named, max(left - MOST_TOLD, 0), batch.number)


def _name(item: Item) -> str:
    return f"{item.number} {item.called}"
