"""Many releases as their tables hold them, in a fixed number of queries: for lists across them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from checklists.audit.current import BrokenChain, tree_of
from checklists.audit.tables import shell_of, signoff_states
from checklists.errors import Invalid
from checklists.models import Checklist, Release, RoleCall
from checklists.planned import combined_rules
from checklists.state import (
    Call,
    CallState,
    ChecklistState,
    ItemState,
    ReleaseState,
    Rule,
)


def bare_states(releases: Collection[Release]) -> dict[int, ReleaseState]:
    """The releases without their items: what they ask of their roles, and what those have said.

    Each was read with its chain and opener. Three queries, and one for each template version that
    this process has not seen yet.
    """
    checklists = _checklists(releases)
    signoffs = signoff_states(releases)
    calls = _calls(releases)
    return {
        release.pk: replace(
            shell_of(release),
            checklists=checklists.get(release.pk, ()),
            rules=_rules(checklists.get(release.pk, ())),
            signoffs=tuple(signoffs.get(release.pk, ())),
            calls=tuple(calls.get(release.pk, ())),
        )
        for release in releases
    }


def with_items(
    states: Mapping[int, ReleaseState], items: Mapping[int, Iterable[ItemState]]
) -> dict[int, ReleaseState]:
    """The states with their items put in, by release."""
    return {pk: replace(state, items=tuple(items.get(pk, ()))) for pk, state in states.items()}


def _checklists(releases: Collection[Release]) -> dict[int, tuple[ChecklistState, ...]]:
    rows = (
        Checklist.objects.filter(release__in=releases)
        .order_by("position", "overlays__position")
        .values_list(
            "release_id",
            "pk",
            "key",
            "position",
            "template_version__digest",
            "upgraded_seq",
            "overlays__template_version__digest",
        )
    )
    found: dict[int, dict[int, ChecklistState]] = defaultdict(dict)
    for release, pk, key, position, digest, seq, over in rows:
        state = ChecklistState(pk, key, position, digest, (), seq)
        checklist = found[release].setdefault(pk, state)
        if over is not None:
            found[release][pk] = replace(checklist, overlays=(*checklist.overlays, over))
    return {release: tuple(held.values()) for release, held in found.items()}


def _rules(checklists: Iterable[ChecklistState]) -> tuple[Rule, ...]:
    """What they demand; nothing if one cannot be read, which the gate says of the release."""
    try:
        return combined_rules((checklist.key, tree_of(checklist)) for checklist in checklists)
    except (Invalid, BrokenChain):
        return ()


def _calls(releases: Collection[Release]) -> dict[int, list[CallState]]:
    rows = RoleCall.objects.filter(release__in=releases).order_by("pk")
    found: dict[int, list[CallState]] = defaultdict(list)
    for release, pk, role, person, says, words, at, seq in rows.values_list(
        "release_id", "pk", "role", "person__pid", "says", "words__commitment", "called_at", "seq"
    ):
        found[release].append(CallState(pk, role, person, Call(says), words, at, seq))
    return found
