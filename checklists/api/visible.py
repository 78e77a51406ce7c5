"""Finds what a request is about, among what its token may see: its owner's, in its project.

Anything else raises NotVisible, the same as what does not exist.
"""

from __future__ import annotations

from checklists.api.auth import ApiRequest, token_of
from checklists.errors import NotVisible
from checklists.models import Item, Project, Release, Waiver
from checklists.permissions import require


def visible_project(request: ApiRequest, slug: str) -> Project:
    """The project of that slug."""
    token = token_of(request)
    found = Project.objects.visible_to(token.person).filter(pk=token.project_id, slug=slug)
    if (project := found.first()) is None:
        raise NotVisible
    return project


def visible_release(request: ApiRequest, release_id: int) -> Release:
    """The release of that id, with project, opener and chain."""
    token = token_of(request)
    found = Release.objects.visible_to(token.person).filter(project=token.project_id)
    if (release := found.for_page().filter(pk=release_id).first()) is None:
        raise NotVisible
    return release


def readable_release(request: ApiRequest, release_id: int) -> Release:
    """The release of that id, for reading. Raises NotAllowed without the scope for it."""
    release = visible_release(request, release_id)
    require(request.auth, "read", release.project)
    return release


def visible_item(request: ApiRequest, item_id: int) -> Item:
    """The item of that id, with its release, project and checklist."""
    token = token_of(request)
    found = Item.objects.visible_to(token.person).filter(release__project=token.project_id)
    found = found.select_related("release__project", "checklist", "own_title")
    item = found.filter(pk=item_id, removed_at=None).first()
    if item is None:
        raise NotVisible
    return item


def visible_waiver(request: ApiRequest, waiver_id: int) -> Waiver:
    """The waiver of that id, with its item."""
    token = token_of(request)
    items = Item.objects.visible_to(token.person).filter(
        release__project=token.project_id, removed_at=None
    )
    waiver = (
        Waiver.objects.filter(item__in=items, pk=waiver_id)
        .select_related("item__release__project", "item__checklist")
        .first()
    )
    if waiver is None:
        raise NotVisible
    return waiver
