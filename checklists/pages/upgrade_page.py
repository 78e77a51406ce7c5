"""An upgrade of a checklist as its page shows it: what becomes of every item, and of its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.audit.current import tree_of
from checklists.models import Release, TemplateVersion
from checklists.operations.overlays import applies, newest_overlays
from checklists.operations.upgrading import Preview
from checklists.pages.words import ANSWER_WORDS
from checklists.planned import combined_rules
from checklists.state import Answer, ChecklistState, ItemState, ReleaseState, Rule
from checklists.upgrading import Step

FIELD_WORDS = {
    "title": gettext_lazy("title"),
    "guidance": gettext_lazy("guidance"),
    "condition": gettext_lazy("condition"),
    "stage": gettext_lazy("stage"),
    "requirement": gettext_lazy("requirement"),
    "na_allowed": gettext_lazy("whether it may not apply"),
    "evidence_required": gettext_lazy("evidence"),
    "evidence_kind": gettext_lazy("kind of evidence"),
    "justification_required": gettext_lazy("justification"),
    "valid_for": gettext_lazy("how long an answer holds"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A checklist of a release of which something newer is published."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """An item: where it stands, what it is answered now, and what happens to it."""

    number: str
    title: str
    url: str
    answer: str
    glyph: str
    what: str


@dataclass(frozen=True, slots=True)
class Fate:
    """Items to which the same happens."""

    name: str
    title: str
    note: str
    lines: tuple[Line, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class UpgradePage:
    """What an upgrade would do, in four groups."""

    digest: str
    now: str
    then: str
    fates: tuple[Fate, ...]
    lost: int
    rules_change: bool
    several: bool


def offers_of(release: Release, state: ReleaseState) -> list[Offer]:
    """The checklists of an open release of which a newer version, or overlay, is published."""
    keys = [checklist.key for checklist in state.checklists]
    newest: dict[str, TemplateVersion] = {}
    for version in (
        TemplateVersion.objects.filter(template__slug__in=keys, published_at__isnull=False)
        .select_related("template")
        .defer("content")
        .order_by("number")
    ):
        newest[version.template.slug] = version
    over = [v for v in newest_overlays() if applies(v, release.project, release.environment)]
    return [
        Offer(str(newest[checklist.key].template), upgrade_url(release, checklist.key))
        for checklist in state.checklists
        if checklist.key in newest and _is_newer(checklist, newest[checklist.key], over)
    ]


def _is_newer(
    checklist: ChecklistState, version: TemplateVersion, over: Sequence[TemplateVersion]
) -> bool:
    overlays = {v.digest for v in over if v.tree.extends == checklist.key}
    return version.digest != checklist.template_digest or overlays != set(checklist.overlays)


def upgrade_url(release: Release, key: str) -> str:
    """The address of the preview."""
    return f"/releases/{release.pk}/checklists/{key}/upgrade/"


def upgrade_page(state: ReleaseState, preview: Preview) -> UpgradePage:
    """The preview in words. `state` has the titles of one-off items in it."""
    titled = {item.id: item for item in state.items}
    steps = preview.steps

    def lines(found: Iterable[Step]) -> tuple[Line, ...]:
        return tuple(_line(step, titled) for step in found)

    fates = (
        Fate(
            "changed",
            _("Asked again"),
            _("What they ask changed. Comments and evidence stay; answers and waivers end."),
            lines(steps.changed),
            open=True,
        ),
        Fate(
            "removed",
            _("Taken out"),
            _("The new version does not have them. The log keeps what was answered."),
            lines(steps.removed),
            open=True,
        ),
        Fate(
            "added",
            _("New"),
            _("They are open."),
            lines(steps.added),
            open=True,
        ),
        Fate(
            "kept",
            _("Kept as they are"),
            _("They ask the same as before, so their answers stay."),
            lines(steps.kept),
            open=False,
        ),
    )
    return UpgradePage(
        digest=preview.digest,
        now=_names(preview.checklist.content_digests),
        then=", ".join(str(v) for v in (preview.chosen.version, *preview.chosen.overlays)),
        fates=fates,
        lost=len(steps.reopened),
        rules_change=_rules(state, preview, new=True) != _rules(state, preview, new=False),
        several=len(state.checklists) > 1,
    )


def _rules(state: ReleaseState, preview: Preview, *, new: bool) -> frozenset[Rule]:
    trees = [
        (c.key, preview.new if new and c.id == preview.checklist.id else tree_of(c))
        for c in state.checklists
    ]
    return frozenset(combined_rules(trees))


def _names(digests: Sequence[str]) -> str:
    versions = TemplateVersion.objects.filter(digest__in=digests, published_at__isnull=False)
    named = {v.digest: str(v) for v in versions.select_related("template").defer("content")}
    return ", ".join(named.get(digest, digest[:12]) for digest in digests)


def _line(step: Step, titled: Mapping[int, ItemState]) -> Line:
    plan = step.plan
    if step.item is None:
        number, title = (plan.number, plan.title) if plan else ("", "")
        return Line(number, title, "", "", "open", "")
    item = titled[step.item.id]
    place = step.place or {}
    return Line(
        number=plan.number if plan else place.get("number", item.number),
        title=plan.title if plan else item.title,
        url=f"/items/{item.id}/",
        answer=str(ANSWER_WORDS[item.answer]),
        glyph=_GLYPHS[item.answer],
        what="; ".join(_said(step, item)),
    )


def _said(step: Step, item: ItemState) -> Iterator[str]:
    """What happens to the item, in words."""
    if step.plan is not None and step.plan.title != item.title:
        yield _("was “%(title)s”") % {"title": item.title}
    if step.why:
        yield _("other: %(fields)s") % {"fields": ", ".join(str(FIELD_WORDS[n]) for n in step.why)}
    goes = step.plan is None and step.place is None
    if item.answer != Answer.OPEN and (step.why or goes):
        yield _("its answer ends")
    if item.waiver is not None and (step.why or goes):
        yield _("its waiver ends")
    if step.place is not None and step.place["section"] != item.section:
        yield _("its section is gone, so it moves")


_GLYPHS = {Answer.OPEN: "open", Answer.DONE: "done", Answer.NOT_APPLICABLE: "na"}
