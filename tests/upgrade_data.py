"""Upgrades of a release's one checklist, for tests: the preview, and what is confirmed."""

from __future__ import annotations

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.models import Release
from checklists.operations.upgrading import preview_of, upgrade_checklist


def preview(release, version=None):
    release = Release.objects.select_related("project", "chain").get(pk=release.pk)
    checklist = release.checklists.get()
    newest = version or checklist.template_version.template.newest_published()
    return preview_of(release, current_state(release), checklist, newest)


def upgrade(release, cast, version=None, **more):
    shown = preview(release, version)
    fields = {
        "expected": shown.digest if shown else "",
        "actor": Actor.of_person(cast.marta),
        **more,
    }
    newest = version or release.checklists.get().template_version.template.newest_published()
    return upgrade_checklist(release.checklists.get(), newest, **fields)


def item_state(release, ending):
    return next(i for i in current_state(release).items if i.key.endswith(ending))
