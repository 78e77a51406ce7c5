"""Items: their detail, and every form on a row or in the detail."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from checklists.actors import Actor
from checklists.errors import Invalid
from checklists.models import Item, Person, Release, SignoffRole
from checklists.operations.items import (
    mark_not_applicable,
    reopen_item,
    start_item,
    tick_item,
    untick_item,
)
from checklists.operations.mentions import see_mentions, unseen_mentions
from checklists.operations.planning import assign_item, comment_item, set_item_due
from checklists.operations.undo import undo_item_change
from checklists.pages.detail import item_detail as detail_of
from checklists.pages.loading import recent_snapshot
from checklists.pages.probe_detail import probe_panel_of
from checklists.permissions import role_in
from checklists.views.answers import item_answer
from checklists.views.htmx import asks_for_part
from checklists.views.posted import (
    posted_moment,
    posted_number,
    posted_text,
    posted_version,
)
from checklists.views.viewer import viewer_of


@require_safe
@login_required
@never_cache
def item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The detail: for htmx the panel that opens below the row, otherwise a page of its own.

    Whoever is named in its comments has then seen it.
    """
    item = item_for(request, pk)
    if unseen_mentions(person_of(request)).filter(comment__item=item).exists():
        see_mentions(actor=actor_of(request), item=item)
    snapshot = recent_snapshot(Release.objects.for_page().get(pk=item.release_id))
    role = role_in(person_of(request), item.release.project) or ""
    viewer = viewer_of(person_of(request), role, snapshot.roles, over=item.release.is_over)
    partial = asks_for_part(request)
    response = render(
        request,
        "checklists/_item_detail.html" if partial else "checklists/item_detail.html",
        {
            "detail": detail_of(snapshot, item),
            "probe_panel": probe_panel_of(item),
            "tag": "li" if partial else "div",
            "release": item.release,
            "viewer": viewer,
            "section": "releases",
        },
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@login_required
def item_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that work has begun."""
    item = item_for(request, pk)
    changed = start_item(item, actor=actor_of(request), expected_version=posted_version(request))
    return item_answer(request, item, said=_("Started"), after=changed)


@require_POST
@login_required
def item_tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer "done"."""
    return _ticked(request, pk, tick_item, _("Ticked"))


@require_POST
@login_required
def item_untick(request: HttpRequest, pk: int) -> HttpResponse:
    """Take "done" back."""
    return _ticked(request, pk, untick_item, _("Unticked"))


@require_POST
@login_required
def item_not_applicable(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer "not applicable", with the reason."""
    item = item_for(request, pk)
    changed = mark_not_applicable(
        item,
        actor=actor_of(request),
        reason=posted_text(request, "reason"),
        expected_version=posted_version(request),
    )
    return item_answer(request, item, said=_("Marked not applicable"), after=changed)


@require_POST
@login_required
def item_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an answered item again."""
    item = item_for(request, pk)
    changed = reopen_item(
        item,
        actor=actor_of(request),
        reason=posted_text(request, "reason"),
        expected_version=posted_version(request),
    )
    return item_answer(request, item, said=_("Reopened"), after=changed)


@require_POST
@login_required
def item_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the item to a person, a role, oneself or nobody."""
    item = item_for(request, pk)
    changed = assign_item(
        item,
        actor=actor_of(request),
        to=posted_assignee(request, item.release),
        expected_version=posted_version(request),
    )
    return item_answer(request, item, said=_("Assigned"), after=changed)


@require_POST
@login_required
def item_set_due(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by when."""
    item = item_for(request, pk)
    # The form shows both as they are: whichever was changed is meant.
    offset, moment = posted_text(request, "offset").strip(), posted_moment(request, "due_at")
    changed = set_item_due(
        item,
        actor=actor_of(request),
        due=offset if offset and (offset != item.due_offset or moment == item.due_at) else moment,
        expected_version=posted_version(request),
    )
    return item_answer(
        request,
        item,
        said=_("Due date set"),
        undo=False,
        after=changed,
        same=_("It is due then already:"),
    )


@require_POST
@login_required
def item_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a comment."""
    item = item_for(request, pk)
    comment_item(item, actor=actor_of(request), text=posted_text(request, "text"))
    return item_answer(request, item, said=_("Comment added"), undo=False)


@require_POST
@login_required
def item_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own last step back."""
    item = item_for(request, pk)
    seq, version = posted_number(request, "seq"), posted_version(request)
    if seq is None or version is None:
        raise Invalid(_("Name the event and the version to undo."), code="missing", field="seq")
    changed = undo_item_change(item, actor=actor_of(request), seq=seq, expected_version=version)
    return item_answer(request, item, said=_("Undone"), undo=False, after=changed)


def _ticked(
    request: HttpRequest, pk: int, operation: Callable[..., Item], said: str
) -> HttpResponse:
    # No more of the item than is needed here: the operation reads it again under its lock.
    items = Item.objects.visible_to(request.user).select_related("release")
    item = get_object_or_404(items.only("version", "title", "release__version"), pk=pk)
    request.item = item  # type: ignore[attr-defined]
    changed = operation(
        item,
        actor=actor_of(request),
        reason=posted_text(request, "reason"),
        expected_version=posted_version(request),
    )
    return item_answer(request, item, said=said, after=changed)


def item_for(request: HttpRequest, pk: int) -> Item:
    """The item, if the person may see it; otherwise 404. A refusal then knows its row."""
    items = Item.objects.visible_to(request.user).filter(removed_at=None)
    items = items.select_related("release__project", "checklist", "own_title")
    item = get_object_or_404(items, pk=pk)
    request.item = item  # type: ignore[attr-defined]
    return item


def person_of(request: HttpRequest) -> Person:
    """The person who is signed in."""
    return cast(Person, request.user)


def actor_of(request: HttpRequest) -> Actor:
    """The person who is signed in, as the hand behind a change."""
    return Actor.of_person(person_of(request))


def posted_assignee(request: HttpRequest, release: Release) -> Person | SignoffRole | None:
    """Whom a form names, oneself included; None for nobody. Raises Invalid for a stranger."""
    if posted_text(request, "me"):
        return person_of(request)
    kind, _colon, name = posted_text(request, "to").partition(":")
    found: Person | SignoffRole | None = None
    if not kind:
        return None
    if kind == "person":
        found = Person.objects.filter(pid=name, memberships__project=release.project_id).first()
    elif kind == "role":
        found = SignoffRole.objects.filter(slug=name, project=release.project_id).first()
    if found is None:
        said = _("Choose a member or a role of this project.")
        raise Invalid(said, code="not_a_member", field="to")
    return found
