"""Items of a release: the list, and one route for each step that people take on an item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from checklists.api.answers import ItemOut, ItemPage
from checklists.api.auth import ApiRequest
from checklists.api.bodies import Assignment, ItemChange, ItemStart, NewItem, Words
from checklists.api.documented import read, write
from checklists.api.errors import json_response
from checklists.api.pagination import Cursor, Limit, bad_cursor
from checklists.api.people import assignee_of
from checklists.api.shown import item_as_json, items_as_json
from checklists.api.visible import readable_release, visible_item, visible_release
from checklists.api.writing import answered
from checklists.audit.current import state_at_head
from checklists.audit.table_items import items_from_tables, observed_last
from checklists.audit.titles import with_titles
from checklists.errors import Invalid
from checklists.models import Checklist, Item, Release
from checklists.operations.items import (
    mark_not_applicable,
    reopen_item,
    start_item,
    tick_item,
    untick_item,
)
from checklists.operations.one_off import add_item, remove_item
from checklists.operations.planning import assign_item, comment_item
from checklists.state import ItemState, Requirement, Stage

router = Router(tags=["Items"])

STARTED, UNSAID = ItemStart(), ItemChange()
"""What a request without a body says."""


@router.get("/releases/{int:release_id}/items", **read(ItemPage))
def item_list(
    request: ApiRequest, release_id: int, limit: Limit = 50, cursor: Cursor = None
) -> HttpResponse:
    """The items of a release, in the order of its checklists."""
    release = readable_release(request, release_id)
    items = _items_of(release)
    start = _after(items, cursor)
    page = items[start : start + limit]
    return json_response(
        {
            "items": items_as_json(page, release.target_at, observed_last(release)),
            "next": str(page[-1].id) if start + limit < len(items) else None,
        }
    )


@router.post("/releases/{int:release_id}/items", **write(ItemOut, 201))
def item_add(request: ApiRequest, release_id: int, payload: NewItem) -> HttpResponse:
    """Add an item to this release alone."""
    release = visible_release(request, release_id)

    def act() -> Any:
        item = add_item(
            _checklist(release, payload.checklist),
            actor=request.auth,
            group=payload.group,
            title=payload.title,
            requirement=Requirement(payload.requirement),
            stage=Stage(payload.stage) if payload.stage else None,
        )
        return item_as_json(item)

    return answered(request, act, status=201)


@router.post("/items/{int:item_id}/remove", **write(ItemOut))
def item_remove(request: ApiRequest, item_id: int, payload: ItemChange = UNSAID) -> HttpResponse:
    """Take a one-off item out of its release, with a reason. The answer is the item as it was."""
    item = visible_item(request, item_id)

    def act() -> Any:
        before = item_as_json(item)
        remove_item(
            item,
            actor=request.auth,
            reason=payload.reason or "",
            expected_version=payload.expected_version,
        )
        return before

    return answered(request, act)


@router.post("/items/{int:item_id}/start", **write(ItemOut))
def item_start(request: ApiRequest, item_id: int, payload: ItemStart = STARTED) -> HttpResponse:
    """Say that work on an open item has begun."""
    item = visible_item(request, item_id)

    def act() -> Any:
        return item_as_json(
            start_item(item, actor=request.auth, expected_version=payload.expected_version)
        )

    return answered(request, act)


@router.post("/items/{int:item_id}/tick", **write(ItemOut))
def item_tick(request: ApiRequest, item_id: int, payload: ItemChange = UNSAID) -> HttpResponse:
    """Answer "done". Against a failing probe a reason is needed."""
    return _answer_item(request, item_id, payload, tick_item)


@router.post("/items/{int:item_id}/untick", **write(ItemOut))
def item_untick(request: ApiRequest, item_id: int, payload: ItemChange = UNSAID) -> HttpResponse:
    """Take "done" back."""
    return _answer_item(request, item_id, payload, untick_item)


@router.post("/items/{int:item_id}/not-applicable", **write(ItemOut))
def item_not_applicable(
    request: ApiRequest, item_id: int, payload: ItemChange = UNSAID
) -> HttpResponse:
    """Answer "not applicable", with a reason, where the template allows it."""
    return _answer_item(request, item_id, payload, mark_not_applicable)


@router.post("/items/{int:item_id}/reopen", **write(ItemOut))
def item_reopen(request: ApiRequest, item_id: int, payload: ItemChange = UNSAID) -> HttpResponse:
    """Open an answered item again, with a reason."""
    return _answer_item(request, item_id, payload, reopen_item)


@router.post("/items/{int:item_id}/assign", **write(ItemOut))
def item_assign(request: ApiRequest, item_id: int, payload: Assignment) -> HttpResponse:
    """Give the item to a member or to a sign-off role, or to nobody."""
    item = visible_item(request, item_id)

    def act() -> Any:
        to = assignee_of(payload, item.release.project)
        return item_as_json(
            assign_item(item, actor=request.auth, to=to, expected_version=payload.expected_version)
        )

    return answered(request, act)


@router.post("/items/{int:item_id}/comment", **write(ItemOut))
def item_comment(request: ApiRequest, item_id: int, payload: Words) -> HttpResponse:
    """Write a comment, as `text` or as `reason`."""
    item = visible_item(request, item_id)

    def act() -> Any:
        return item_as_json(comment_item(item, actor=request.auth, text=_words(payload)).item)

    return answered(request, act)


def _answer_item(
    request: ApiRequest, item_id: int, payload: ItemChange, operation: Callable[..., Item]
) -> HttpResponse:
    item = visible_item(request, item_id)

    def act() -> Any:
        changed = operation(
            item,
            actor=request.auth,
            reason=payload.reason or "",
            expected_version=payload.expected_version,
        )
        return item_as_json(changed)

    return answered(request, act)


def _words(payload: Words) -> str:
    if payload.text is not None and payload.reason is not None:
        raise Invalid(_("Send the comment as text or as reason, not both."), field="text")
    return payload.text or payload.reason or ""


def _items_of(release: Release) -> Sequence[ItemState]:
    """The items as the log says; as the tables say if the log does not hold together."""
    try:
        return with_titles(state_at_head(release.chain)).items
    except ValueError:
        return items_from_tables(release)[0]


def _after(items: Sequence[ItemState], cursor: str | None) -> int:
    """Where the page after the item that the cursor names begins."""
    if cursor is None:
        return 0
    for index, item in enumerate(items, start=1):
        if item.id == int(cursor):
            return index
    raise bad_cursor()


def _checklist(release: Release, key: str) -> Checklist:
    found = list(release.checklists.filter(**({"key": key} if key else {}))[:2])
    if len(found) != 1:
        raise Invalid(
            _("Name the checklist that the item goes to, by its key."),
            code="no_such_checklist",
            field="checklist",
        )
    return found[0]
