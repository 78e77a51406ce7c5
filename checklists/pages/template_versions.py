"""The versions of a template as pages list them, and the releases that are pinned to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from checklists.models import Checklist, Person, Release, Template, TemplateVersion
from checklists.pages.faces import Face, face_of
from checklists.pages.fingerprint import short

MOST_RELEASES = 12


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list of a template's versions."""

    number: int
    url: str
    draft: bool
    by: Face | None
    at: datetime
    current: bool
    digest: str
    digest_short: str
    releases: int


def version_lines(
    template: Template, current: TemplateVersion, person: Person
) -> list[VersionLine]:
    """The versions of a template, newest first, with the releases the person may see on each."""
    used = dict(
        Checklist.objects.filter(
            template_version__template=template, release__in=Release.objects.visible_to(person)
        )
        .order_by()
        .values_list("template_version")
        .annotate(number=Count("release", distinct=True))
    )
    versions: Iterable[TemplateVersion] = template.versions.select_related("published_by").order_by(
        "-number"
    )
    return [
        VersionLine(
            number=version.number,
            url=f"/templates/{template.slug}/?version={version.number}",
            draft=not version.is_published,
            by=face_of(version.published_by) if version.published_by else None,
            at=version.published_at or version.created_at,
            current=version.pk == current.pk,
            digest=version.digest,
            digest_short=short(version.digest),
            releases=used.get(version.pk, 0),
        )
        for version in versions
    ]


def releases_of(version: TemplateVersion, person: Person) -> tuple[list[Release], int]:
    """Releases the person may see that are pinned to the version, newest first; and how many."""
    found = (
        Release.objects.visible_to(person)
        .filter(checklists__template_version=version)
        .select_related("project")
        .order_by("-opened_at")
    )
    shown = list(found[: MOST_RELEASES + 1])
    total = len(shown) if len(shown) <= MOST_RELEASES else found.count()
    return shown[:MOST_RELEASES], total
