"""Templates as pages show them: the list, a version with its outline, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from checklists.formats.tree import (
    CLOSE,
    MUST,
    ChecklistTree,
    Counts,
    Group,
    Item,
    Section,
    SignoffRule,
)
from checklists.models import Checklist, Person, Release, Template, TemplateVersion
from checklists.pages.fingerprint import short
from checklists.pages.markdown import render_markdown
from checklists.pages.people import role_name
from checklists.pages.words import SIGNATURES, counted

MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An item of a checklist, numbered as a release will number it."""

    number: str
    title: str
    flags: tuple[str, ...]
    guidance: SafeString
    nested: bool


@dataclass(frozen=True, slots=True)
class OutlineGroup:
    """A group of an outline."""

    number: str
    title: str
    items: tuple[OutlineItem, ...]


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A section of an outline."""

    number: str
    title: str
    items: int
    after_go_live: bool
    groups: tuple[OutlineGroup, ...]


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template in the list."""

    name: str
    url: str
    published: str
    published_at: datetime | None
    draft: str
    counts: Counts | None
    releases: int


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A sign-off rule in words."""

    role: str
    count: str
    where: str
    stage: str


def outline_of(tree: ChecklistTree) -> tuple[tuple[OutlineSection, ...], int]:
    """The sections with their items, and how many items are left out because there are too many."""
    left = MOST_ITEMS
    sections = []
    for number, section in enumerate(tree.sections, start=1):
        sections.append(_section(str(number), section, tree, left))
        left = max(left - sections[-1].items, 0)
    total = sum(section.items for section in sections)
    return tuple(sections), max(total - MOST_ITEMS, 0)


def _section(number: str, section: Section, tree: ChecklistTree, left: int) -> OutlineSection:
    items = list(section.items())
    groups = []
    for at, group in enumerate(section.groups, start=1):
        shown = group.items[: max(left, 0)]
        left -= len(shown)
        groups.append(_group(f"{number}.{at}", group, shown, section.title or tree.title))
    return OutlineSection(
        number=number,
        title=section.title or tree.title,
        items=len(items),
        after_go_live=bool(items) and all(item.stage == CLOSE for item in items),
        groups=tuple(groups),
    )


def _group(number: str, group: Group, shown: Sequence[Item], fallback: str) -> OutlineGroup:
    return OutlineGroup(
        number=number,
        title=group.title or fallback,
        items=tuple(
            OutlineItem(
                number=f"{number}.{at}",
                title=item.title,
                flags=tuple(item_flags(item)),
                guidance=render_markdown(item.guidance) if item.guidance else SafeString(""),
                nested=bool(item.parent),
            )
            for at, item in enumerate(shown, start=1)
        ),
    )


def item_flags(item: Item) -> Iterator[str]:
    """What stands beside an item in an outline: whatever is not as it mostly is."""
    if item.condition:
        yield item.condition
    elif item.na_allowed:
        yield _("may not apply")
    if item.requirement != MUST:
        yield str(item.requirement)
    if item.evidence_required:
        yield _(item.evidence_kind) if item.evidence_kind else _("evidence")
    if item.justification_required:
        yield _("in words")
    if item.probe:
        yield _("probe")
    if item.due:
        yield item.due
    if item.valid_for:
        yield _("valid %(time)s") % {"time": item.valid_for}
    if item.owner_role:
        yield item.owner_role


def template_lines(person: Person) -> list[TemplateLine]:
    """Every template, with the releases that the person may see and that use it."""
    used = dict(
        Checklist.objects.filter(release__in=Release.objects.visible_to(person))
        .order_by()
        .values_list("template_version__template")
        .annotate(number=Count("release", distinct=True))
    )
    newest: dict[int, list[TemplateVersion]] = {}
    for version in TemplateVersion.objects.order_by("template", "-number"):
        kept = newest.setdefault(version.template_id, [])
        # The draft, if there is one, is the newest; the published one below it is what counts.
        if not kept or not any(v.is_published for v in kept):
            kept.append(version)
    return [
        _template_line(template, newest.get(template.pk, []), used.get(template.pk, 0))
        for template in Template.objects.all()
    ]


def _template_line(
    template: Template, versions: Sequence[TemplateVersion], releases: int
) -> TemplateLine:
    published = next((v for v in versions if v.is_published), None)
    draft = next((v for v in versions if not v.is_published), None)
    shown = published or draft
    return TemplateLine(
        name=template.name,
        url=f"/templates/{template.slug}/",
        published=f"v{published.number}" if published else "",
        published_at=published.published_at if published else None,
        draft=f"v{draft.number}" if draft else "",
        counts=shown.tree.counts() if shown else None,
        releases=releases,
    )


def rule_lines(tree: ChecklistTree) -> list[RuleLine]:
    """The rules of a checklist in words."""
    titles = {section.key: section.title or tree.title for section in tree.sections}
    return [_rule(rule, titles) for rule in tree.rules]


def _rule(rule: SignoffRule, titles: dict[str, str]) -> RuleLine:
    where = ", ".join(titles.get(key, key) for key in rule.sections)
    return RuleLine(
        role=role_name(rule.role, {}),  # projects may each call it otherwise
        count=counted(rule.count, SIGNATURES),
        where=where or _("every section"),
        stage=_("before it closes") if rule.stage == CLOSE else _("before the deployment"),
    )


def digest_short(version: TemplateVersion) -> str:
    """The beginning and end of the version's digest."""
    return short(version.digest)
