"""Carrying answers of an earlier release into a new one, where there is a reason to believe them.

Nothing is taken on trust: whether each answer may be carried is judged here, under both releases'
locks, on what their logs say, whatever a page showed before.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.current import tree_of
from checklists.audit.table_items import observed_last
from checklists.carrying import Facts, Proposal, Trees, drawn, proposals
from checklists.errors import Conflict, Invalid, NotVisible
from checklists.files.store import name_of, the_store
from checklists.models import AuditEvent, Disclosable, Evidence, Item, Probe, Project, Release
from checklists.operations.carried import carry_one
from checklists.operations.guards import require_open, whole_state
from checklists.operations.item_changes import record_item_change
from checklists.operations.probes import is_attachable
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.state import ReleaseState, ReleaseStatus

GIVEN_UP = (ReleaseStatus.ABORTED, ReleaseStatus.ROLLED_BACK)
"""Releases of these states vouch for nothing."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of it: the items whose answers were carried, and those a sample left open."""

    carried: tuple[int, ...]
    asked_again: tuple[int, ...]


@operation
def carry_answers(
    release: Release,
    *,
    actor: Actor,
    source: Release,
    items: Collection[int] | None = None,
    sample: int = 0,
) -> Carried:
    """Carry the answers of an earlier release of the project that may still be believed.

    `items` are the ids of the new release's items that are wanted, all unless given; of those that
    may be carried, `sample` percent are drawn and left open, to be asked again. What may not be
    carried is left as it is. Carrying again what is carried changes nothing.
    Raises NotVisible, NotAllowed, ReleaseClosed; Invalid for a percentage that is none, or the same
    release; Conflict if a log does not hold together, or the older release was given up.
    """
    # The older release first, as everybody who locks two does.
    both = sorted({release.pk: release, source.pk: source}.items())
    locked = {pk: audit.locked(each) for pk, each in both}
    release, source = locked[release.pk], locked[source.pk]
    require(actor, "open_release", release.project)
    require_open(release)
    if source.pk == release.pk:
        raise Invalid(
            _("Choose an earlier release; this is the same one."),
            code="same_release",
            field="source",
        )
    state = whole_state(release)
    return carry_into(release, state, source, actor=actor, items=items, sample=sample)


def carry_into(
    release: Release,
    state: ReleaseState,
    source: Release,
    *,
    actor: Actor,
    items: Collection[int] | None = None,
    sample: int = 0,
) -> Carried:
    """Carry into a release whose state is given. Part of opening it, too: the caller holds the
    locks of both.
    """
    if source.project_id != release.project_id:
        raise NotVisible
    require(actor, "answer_item", release.project)
    if source.status in GIVEN_UP:
        raise Conflict(
            _("%(version)s was given up, so its answers vouch for nothing. Choose another release.")
            % {"version": source.version},
            code="source_given_up",
        )
    sample = checked_sample(sample)
    wanted = [
        proposal
        for proposal in proposed(release, state, source, at=audit.moment(release))
        if proposal.reason is not None and (items is None or proposal.item.id in items)
    ]
    if any(p.old is not None and p.old.probe and not p.item.probe for p in wanted):
        require(actor, "save_probe", release.project)
    if not wanted:
        return Carried((), ())
    return _record(release, source, wanted, sample, actor)


def proposed(
    release: Release, state: ReleaseState, source: Release, *, at: datetime
) -> tuple[Proposal, ...]:
    """What becomes of each item of the release if answers of the source are carried into it."""
    old = whole_state(source)
    return proposals(
        old,
        state,
        at=at,
        facts=_facts(release, old, source),
        old_trees=_trees(old),
        new_trees=_trees(state),
    )


def carried_in(release: Release) -> Carried:
    """What was carried into a release so far, and left open by samples."""
    sampled = AuditEvent.objects.filter(chain=release.chain, action="item.asked_again")
    carried = release.items.exclude(carried_from=None).order_by("pk")
    return Carried(
        tuple(carried.values_list("pk", flat=True)),
        tuple(pk for pk in sampled.values_list("item_id", flat=True) if pk is not None),
    )


def source_for(project: Project, *, but: Release | None = None) -> Release | None:
    """The release that answers are carried from unless somebody chooses: the newest that went live,
    otherwise the newest that was not given up.
    """
    return next(iter(sources_for(project, but=but)), None)


def sources_for(project: Project, *, but: Release | None = None) -> Sequence[Release]:
    """The releases that answers can be carried from, the likeliest first."""
    found = project.releases.exclude(status__in=GIVEN_UP).order_by(
        F("deployed_at").desc(nulls_last=True), "-pk"
    )
    return list(found.exclude(pk=but.pk) if but is not None else found)


def checked_sample(percent: int) -> int:
    """A percentage. Raises Invalid."""
    if not 0 <= percent <= 100:
        raise Invalid(
            _("A sample is between 0 and 100 percent."), code="bad_sample", field="sample"
        )
    return percent


def _record(
    release: Release, source: Release, wanted: list[Proposal], sample: int, actor: Actor
) -> Carried:
    seed = secrets.token_hex(16)
    names = [(p.item.id, f"{p.item.checklist}/{p.item.key}") for p in wanted]
    again = drawn(names, seed=seed, percent=sample)
    drawing = {"from_release": source.pk, "sample": sample, "seed": seed}
    audit.append(
        release,
        "release.answers_carried",
        actor=actor,
        subject=release,
        data={
            **drawing,
            "from_seq": source.chain.head_seq,
            "carried": [p.item.id for p in wanted if p.item.id not in again],
            "asked_again": sorted(again),
        },
    )
    rows = Item.objects.select_related("checklist", "own_title").in_bulk(
        [p.item.id for p in wanted]
    )
    for proposal in wanted:
        item = rows[proposal.item.id]
        item.release = release
        if item.pk in again:
            record_item_change(item, "item.asked_again", actor=actor, data=drawing)
        else:
            carry_one(item, proposal, source, actor=actor)
    return Carried(tuple(p.item.id for p in wanted if p.item.id not in again), tuple(sorted(again)))


def _trees(state: ReleaseState) -> Trees:
    return {checklist.key: tree_of(checklist) for checklist in state.checklists}


def _facts(release: Release, old: ReleaseState, source: Release) -> Facts:
    """What was observed of the old release's probes and evidence, in a few queries."""
    said = {item.reason for item in old.items if item.reason is not None}
    words = Disclosable.objects.filter(commitment__in=said).values_list("commitment", flat=True)
    probes = Probe.objects.attached().filter(item__release=source)
    sampled = AuditEvent.objects.filter(chain=release.chain, action="item.asked_again")
    return Facts(
        observed=observed_last(source),
        reachable=frozenset(_reachable(source)),
        words=frozenset(words),
        attachable=frozenset(probe.pk for probe in probes if is_attachable(probe)),
        asked_again=frozenset(pk for pk in sampled.values_list("item_id", flat=True) if pk),
    )


def _reachable(source: Release) -> list[int]:
    """The evidence that was there when we looked last; a text, if its words are not erased."""
    rows = Evidence.objects.filter(item__release=source, withdrawn_at=None).exclude(content=None)
    seen = Q(link_check__alive=True) | ~Q(kind=Evidence.Kind.LINK)
    return [
        pk
        for pk, sha256 in rows.filter(seen).values_list("pk", "sha256")
        if not sha256 or the_store().exists(name_of(sha256))
    ]
