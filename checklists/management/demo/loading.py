"""Putting the demo into a database: people, the Production Checklist, four releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.files import keep, written_here
from checklists.management.demo import story
from checklists.management.demo.people import Cast, bring_people
from checklists.management.demo.templates import (
    answer_what_lasts,
    production_checklist,
    service_review,
)
from checklists.models import Evidence, Item, Release, SignoffRole, Template
from checklists.operations.deployments import close_release, deploy_release
from checklists.operations.evidence import attach_evidence, attach_file
from checklists.operations.items import mark_not_applicable, start_item, tick_item
from checklists.operations.planning import assign_item, comment_item, set_item_due
from checklists.operations.probes import attach_probe
from checklists.operations.projects import set_waiver_budget
from checklists.operations.releases import open_release
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.operations.waivers import approve_waiver, request_waiver
from checklists.state import Answer, Meaning, Stage

CURRENT = "2.4.0"


@dataclass(frozen=True)
class Demo:
    """Where the demo is: slugs, and the release that is half way through."""

    project: str
    other_project: str
    release: int
    template: str


def load(password: str, ports: dict[str, int]) -> Demo:
    """Make what is not there yet. People who exist keep their passwords."""
    cast = bring_people(password)
    template, review = production_checklist(cast), service_review(cast)
    if cast.project.waiver_budget is None:
        set_waiver_budget(cast.project, story.WAIVER_BUDGET, actor=cast.actor("admin"))
    if not _exists(cast, "2.3.2"):
        _finished(_open(cast, template, "2.3.2", days=1, more=review), cast)
    if not _exists(cast, CURRENT):
        _half_way(_open(cast, template, CURRENT, days=3), cast, ports)
    if not _exists(cast, "2.5.0"):
        _rejected(_open(cast, template, "2.5.0", days=17, environment="staging"), cast)
    if not _exists(cast, "2.3.3"):
        before = Release.objects.get(project=cast.project, version="2.3.2")
        _nearly_ready(_open(cast, template, "2.3.3", days=1, more=review, carry_from=before), cast)
    release = Release.objects.get(project=cast.project, version=CURRENT)
    return Demo(cast.project.slug, cast.other_project.slug, release.pk, template.slug)


def _exists(cast: Cast, version: str) -> bool:
    return Release.objects.filter(project=cast.project, version=version).exists()


def _open(
    cast: Cast,
    template: Template,
    version: str,
    *,
    days: int,
    environment: str = "production",
    more: Template | None = None,
    carry_from: Release | None = None,
) -> Release:
    return open_release(
        cast.project,
        actor=cast.actor("marta"),
        version=version,
        environment=environment,
        target_at=_at_two_o_clock(timezone.now() + timedelta(days=days)),
        templates=[template, more] if more else [template],
        carry_from=carry_from,
        commit="41be07c2d9",
        artifact_digest=f"sha256:{'9f2c81d4' * 8}",
    )


def _at_two_o_clock(moment: datetime) -> datetime:
    return moment.replace(hour=14, minute=0, second=0, microsecond=0)


def _half_way(release: Release, cast: Cast, ports: dict[str, int]) -> None:
    """Everything the story says of the release that people will look at first."""
    items = {item.number: item for item in _items(release)}
    for number, name in story.ASSIGNED.items():
        assign_item(items[number], actor=cast.actor("marta"), to=cast.people[name])
    for number, slug in story.ASSIGNED_TO_ROLE.items():
        role = SignoffRole.objects.get(project=cast.project, slug=slug)
        assign_item(items[number], actor=cast.actor("marta"), to=role)
    now = timezone.now().replace(second=0, microsecond=0)
    for number, hours in story.DUE_IN_HOURS.items():
        due = now + timedelta(hours=hours)
        set_item_due(items[number], actor=cast.actor("marta"), due=due)
    _add_evidence(items, cast)
    for number, name, text in story.COMMENTS:
        comment_item(items[number], actor=cast.actor(name), text=text)
    for number, name in story.STARTED.items():
        start_item(items[number], actor=cast.actor(name))
    for number, reason in story.NOT_APPLICABLE.items():
        mark_not_applicable(items[number], actor=cast.actor("priya"), reason=reason)
    _ask_for_waivers(items, cast)
    settled = story.NOT_DONE | story.NOT_APPLICABLE.keys() | {waiver[0] for waiver in story.WAIVED}
    *before, last = [item for number, item in items.items() if number not in settled]
    for item in before:
        _tick(item, cast)
    _sign(release, cast, "sam", "security")
    # After Security has signed something in its sections still moved: the signature is stale.
    comment_item(last, actor=cast.actor("priya"), text="Done at last.")
    _tick(last, cast)
    attach_evidence(
        items["8.1.1"],
        actor=cast.actor("sam"),
        kind=Evidence.Kind.LINK,
        content="https://legal.example.com/assessments/payments-2026",
    )
    for number, (kind, params, conditions, seconds) in story.probes(**_ports(ports)).items():
        attach_probe(
            items[number],
            actor=cast.actor("marta"),
            kind=kind,
            params=params,
            conditions=conditions,
            interval_s=seconds,
        )


def _ports(ports: dict[str, int]) -> dict[str, int]:
    return {"http_port": ports["http"], "tls_port": ports["tls"]}


def _add_evidence(items: dict[str, Item], cast: Cast) -> None:
    for kind, contents in (
        (Evidence.Kind.LINK, story.LINKS),
        (Evidence.Kind.TEXT, story.TEXTS),
    ):
        for number, content in contents.items():
            attach_evidence(items[number], actor=_doer(number, cast), kind=kind, content=content)
    for number, versions in story.FILES.items():
        newest = None
        for name, content in versions:
            with written_here(name, content.encode()) as file:
                newest = attach_file(
                    items[number], actor=_doer(number, cast), file=keep(file), replaces=newest
                )


def _ask_for_waivers(items: dict[str, Item], cast: Cast) -> None:
    for number, name, reason, days, status in story.WAIVED:
        waiver = request_waiver(
            items[number],
            actor=cast.actor(name),
            reason=reason,
            expires_at=timezone.now() + timedelta(days=days),
        )
        if status == "approved":
            approve_waiver(waiver, actor=cast.actor("marta"))


def _tick(item: Item, cast: Cast) -> None:
    tick_item(item, actor=_doer(item.number, cast))


def _doer(number: str, cast: Cast) -> Actor:
    return cast.actor("sam" if number in story.DONE_BY_SAM else "priya")


def _finished(release: Release, cast: Cast) -> None:
    """The release before, from the first tick to the close."""
    answer_what_lasts(release, cast)
    _answer(release, Stage.DEPLOY, cast)
    _sign(release, cast, "sam", "security")
    _sign(release, cast, "marta", "release-manager")
    deploy_release(release, actor=cast.actor("marta"))
    _answer(release, Stage.CLOSE, cast)
    close_release(release, actor=cast.actor("marta"))


def _nearly_ready(release: Release, cast: Cast) -> None:
    """A fix that waits for a signature only; what was reviewed for the one before still counts."""
    _answer(release, Stage.DEPLOY, cast)
    _sign(release, cast, "sam", "security")


def _answer(release: Release, stage: Stage, cast: Cast) -> None:
    """Everything of the stage that is open, by priya."""
    priya = cast.actor("priya")
    for item in _items(release):
        reason = story.NOT_APPLICABLE.get(item.number)
        if item.stage != stage or item.answer != Answer.OPEN:
            continue
        if reason is None:
            tick_item(item, actor=priya)
        else:
            mark_not_applicable(item, actor=priya, reason=reason)


def _rejected(release: Release, cast: Cast) -> None:
    """The one after: just opened, and Security has a word to say already."""
    _sign(
        release,
        cast,
        "sam",
        "security",
        meaning=Meaning.REJECT,
        note="The threat model of the new payout endpoint is missing; see 2.1.2 and 2.4.3.",
    )


def _sign(
    release: Release,
    cast: Cast,
    name: str,
    role: str,
    *,
    meaning: Meaning = Meaning.APPROVE,
    note: str = "",
) -> None:
    sign_release(
        release,
        actor=cast.actor(name),
        role=role,
        meaning=meaning,
        digest=rule_digest_for(current_state(release), role),
        # The demo makes its people's passwords in this very run.
        authenticated_at=timezone.now(),
        note=note,
    )


def _items(release: Release) -> list[Item]:
    return list(Item.objects.filter(release=release).select_related("release", "checklist"))


def directory(data: Path) -> Path:
    """Where the demo keeps the ports and certificates of its targets."""
    return data / "demo"
