"""Releases of a project: listed, opened, planned, deployed and ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from checklists.api.answers import ReleaseOut, ReleasePage
from checklists.api.auth import ApiRequest
from checklists.api.bodies import NewRelease, Nothing, Reason, Target
from checklists.api.documented import read, write
from checklists.api.errors import json_response
from checklists.api.pagination import Cursor, Limit
from checklists.api.shown import releases_as_json
from checklists.api.visible import readable_release, visible_project, visible_release
from checklists.api.writing import answered
from checklists.errors import Invalid
from checklists.models import Project, Release, Template
from checklists.operations.deployments import (
    abort_release,
    close_release,
    deploy_release,
    roll_back_release,
)
from checklists.operations.releases import open_release, set_release_target
from checklists.permissions import require

router = Router(tags=["Releases"])

NOTHING, UNSAID = Nothing(), Reason()
"""What a request without a body says."""


@router.get("/projects/{slug:project}/releases", **read(ReleasePage))
def release_list(
    request: ApiRequest, project: str, limit: Limit = 50, cursor: Cursor = None
) -> HttpResponse:
    """The releases of a project, newest first."""
    found = visible_project(request, project)
    require(request.auth, "read", found)
    releases = Release.objects.for_page().filter(project=found).order_by("-pk")
    if cursor is not None:
        releases = releases.filter(pk__lt=int(cursor))
    page = list(releases[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    return json_response(
        {"items": releases_as_json(page), "next": str(page[-1].pk) if more else None}
    )


@router.post("/projects/{slug:project}/releases", **write(ReleaseOut, 201))
def release_open(request: ApiRequest, project: str, payload: NewRelease) -> HttpResponse:
    """Open a release with the newest published version of each template pinned to it."""
    found = visible_project(request, project)

    def act() -> Any:
        return _shown(
            open_release(
                found,
                actor=request.auth,
                version=payload.version,
                environment=payload.environment,
                target_at=payload.target_at,
                templates=_templates(payload.templates),
                commit=payload.commit,
                artifact_digest=payload.artifact_digest,
                carry_from=_earlier(found, payload.carry_from),
                sample=payload.sample,
            )
        )

    return answered(request, act, status=201)


@router.get("/releases/{int:release_id}", **read(ReleaseOut))
def release_detail(request: ApiRequest, release_id: int) -> HttpResponse:
    """One release."""
    release = readable_release(request, release_id)
    return json_response(releases_as_json([release])[0])


@router.post("/releases/{int:release_id}/target", **write(ReleaseOut))
def release_set_target(request: ApiRequest, release_id: int, payload: Target) -> HttpResponse:
    """Move the moment the release should go live; due dates given as offsets move with it."""
    release = visible_release(request, release_id)

    def act() -> Any:
        return _shown(set_release_target(release, actor=request.auth, target_at=payload.target_at))

    return answered(request, act)


@router.post("/releases/{int:release_id}/deploy", **write(ReleaseOut))
def release_deploy(
    request: ApiRequest, release_id: int, payload: Nothing = NOTHING
) -> HttpResponse:
    """Mark the release deployed. The gate must say go for the stage `deploy`, at this moment."""
    release = visible_release(request, release_id)
    return answered(request, lambda: _shown(deploy_release(release, actor=request.auth)))


@router.post("/releases/{int:release_id}/close", **write(ReleaseOut))
def release_close(request: ApiRequest, release_id: int, payload: Nothing = NOTHING) -> HttpResponse:
    """Close a deployed release. The gate must say go for the stage `close`."""
    release = visible_release(request, release_id)
    return answered(request, lambda: _shown(close_release(release, actor=request.auth)))


@router.post("/releases/{int:release_id}/abort", **write(ReleaseOut))
def release_abort(request: ApiRequest, release_id: int, payload: Reason = UNSAID) -> HttpResponse:
    """End a release that will not be deployed, with a reason."""
    release, reason = visible_release(request, release_id), payload.reason or ""
    return answered(
        request, lambda: _shown(abort_release(release, actor=request.auth, reason=reason))
    )


@router.post("/releases/{int:release_id}/roll-back", **write(ReleaseOut))
def release_roll_back(
    request: ApiRequest, release_id: int, payload: Reason = UNSAID
) -> HttpResponse:
    """Say that a deployed release was taken back, with a reason."""
    release, reason = visible_release(request, release_id), payload.reason or ""
    return answered(
        request, lambda: _shown(roll_back_release(release, actor=request.auth, reason=reason))
    )


def _shown(release: Release) -> dict[str, Any]:
    """A release as the operation left it."""
    fresh = Release.objects.for_page().get(pk=release.pk)
    return releases_as_json([fresh])[0]


def _earlier(project: Project, version: str | None) -> Release | None:
    if version is None:
        return None
    release = Release.objects.filter(project=project, version=version).first()
    if release is None:
        raise Invalid(
            _("There is no release “%(version)s” to carry answers from.") % {"version": version},
            code="no_such_release",
            field="carry_from",
        )
    return release


def _templates(slugs: list[str]) -> list[Template]:
    known = {template.slug: template for template in Template.objects.filter(slug__in=slugs)}
    if unknown := [slug for slug in slugs if slug not in known]:
        raise Invalid(
            _("There is no template “%(unknown)s”.") % {"unknown": unknown[0]},
            code="no_such_template",
            field="templates",
        )
    return [known[slug] for slug in slugs]
