"""How each operation on a release is called, by somebody who may and by somebody who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.errors import NotAllowed, NotVisible, Refused
from checklists.models import Evidence, Item, Release, Template
from checklists.operations import (
    bulk,
    carrying,
    deployments,
    evidence,
    filling,
    items,
    meeting,
    one_off,
    planning,
    releases,
    signoffs,
    undo,
    waivers,
)
from checklists.state import Call, Meaning
from tests.cast import Cast
from tests.checklist_data import TARGET, item_of, open_small_release, publish, tiny_tree
from tests.evidence_data import stored
from tests.probe_data import attach, report

MODULES = (
    carrying,
    items,
    bulk,
    filling,
    planning,
    evidence,
    one_off,
    meeting,
    undo,
    waivers,
    releases,
    deployments,
    signoffs,
)
REASON = "Because the test needs a reason of some length."


@dataclass(frozen=True)
class Case:
    """How an operation is called by somebody who may, and by somebody who may not.

    `prepare` makes what the operation needs. `again` says whether calling it twice is the same
    as once.
    """

    call: Callable[[Cast, Release, Any, Actor], object]
    allowed: str = "priya"
    refused: str = "vic"
    error: type[Refused] = NotAllowed
    prepare: Callable[[Cast, Release], Any] = lambda cast, release: None
    again: bool = True


def act(person) -> Actor:
    return Actor.of_person(person)


def dns(release: Release) -> Item:
    return item_of(release, "configure-dns")


def one_answer(release: Release) -> list[filling.Given]:
    return [filling.Given(dns(release).key, dns(release).title, "done")]


def both(release: Release) -> list[bulk.Chosen]:
    return [bulk.Chosen(dns(release).pk), bulk.Chosen(item_of(release, "configure-cdn").pk)]


def ticked(cast: Cast, release: Release) -> Item:
    return items.tick_item(dns(release), actor=act(cast.priya))


def a_waiver(cast: Cast, release: Release):
    return waivers.request_waiver(
        dns(release),
        actor=act(cast.priya),
        reason=REASON,
        expires_at=timezone.now() + timedelta(days=9),
    )


def sign(cast: Cast, release: Release, actor: Actor, role: str = "security"):
    return signoffs.sign_release(
        release,
        actor=actor,
        role=role,
        meaning=Meaning.APPROVE,
        digest=signoffs.rule_digest_for(current_state(release), role),
        authenticated_at=timezone.now(),
    )


def ready(cast: Cast, release: Release) -> None:
    """Everything before the deployment done and signed."""
    for item in release.items.filter(stage="deploy").select_related("release"):
        items.tick_item(item, actor=act(cast.priya))
    sign(cast, release, act(cast.sam))
    sign(cast, release, act(cast.marta), "release-manager")


def deployed(cast: Cast, release: Release) -> None:
    ready(cast, release)
    deployments.deploy_release(release, actor=act(cast.marta))


def all_done(cast: Cast, release: Release) -> None:
    deployed(cast, release)
    items.tick_item(item_of(release, "review-logs"), actor=act(cast.priya))


def attached(cast: Cast, release: Release) -> Evidence:
    return evidence.attach_evidence(
        dns(release), actor=act(cast.priya), kind=Evidence.Kind.TEXT, content="dig +short"
    )


def probed_before(cast: Cast, release: Release) -> Release:
    """An earlier release with an answer that its probe stands behind."""
    before = open_small_release(cast, "2.3.0", Template.objects.get(slug="small"))
    item = items.tick_item(dns(before), actor=act(cast.priya))
    report(attach(item, cast.marta), "PP")
    return before


CASES = {
    "attach_file": Case(
        lambda c, r, older, actor: evidence.attach_file(
            dns(r), actor=actor, file=stored("scan.txt", b"0 findings\n"), replaces=older
        ),
        prepare=attached,
        again=False,
    ),
    "withdraw_evidence": Case(
        lambda c, r, given, actor: evidence.withdraw_evidence(given, actor=actor, reason=REASON),
        refused="sam",
        prepare=attached,
    ),
    "start_item": Case(lambda c, r, _, actor: items.start_item(dns(r), actor=actor)),
    "tick_item": Case(lambda c, r, _, actor: items.tick_item(dns(r), actor=actor)),
    "untick_item": Case(
        lambda c, r, _, actor: items.untick_item(dns(r), actor=actor), prepare=ticked
    ),
    "mark_not_applicable": Case(
        lambda c, r, _, actor: items.mark_not_applicable(
            item_of(r, "configure-cdn"), actor=actor, reason=REASON
        ),
        refused="ada",
    ),
    "reopen_item": Case(
        lambda c, r, _, actor: items.reopen_item(dns(r), actor=actor, reason=REASON),
        prepare=ticked,
    ),
    "fill_release": Case(
        lambda c, r, _, actor: filling.fill_release(r, one_answer(r), actor=actor)
    ),
    "tick_items": Case(lambda c, r, _, actor: bulk.tick_items(r, both(r), actor=actor)),
    "untick_items": Case(
        lambda c, r, _, actor: bulk.untick_items(r, both(r), actor=actor), prepare=ticked
    ),
    "reopen_items": Case(
        lambda c, r, _, actor: bulk.reopen_items(r, both(r), actor=actor, reason=REASON),
        prepare=ticked,
    ),
    "mark_items_not_applicable": Case(
        lambda c, r, _, actor: bulk.mark_items_not_applicable(
            r, both(r), actor=actor, reason=REASON
        ),
        refused="ada",
    ),
    "assign_items": Case(
        lambda c, r, _, actor: bulk.assign_items(r, both(r), actor=actor, to=c.security)
    ),
    "undo_batch": Case(
        lambda c, r, batch, actor: undo.undo_batch(r, batch.number, actor=actor),
        refused="marta",
        prepare=lambda c, r: bulk.tick_items(r, both(r), actor=act(c.priya)),
    ),
    "undo_item_change": Case(
        lambda c, r, item, actor: undo.undo_item_change(
            item, actor=actor, seq=2, expected_version=2
        ),
        refused="marta",
        prepare=ticked,
        again=False,
    ),
    "assign_item": Case(
        lambda c, r, _, actor: planning.assign_item(dns(r), actor=actor, to=c.security)
    ),
    "set_item_due": Case(
        lambda c, r, _, actor: planning.set_item_due(dns(r), actor=actor, due=TARGET)
    ),
    "add_item": Case(
        lambda c, r, _, actor: one_off.add_item(
            r.checklists.get(), actor=actor, group="security/secrets", title="Tell the warehouse"
        ),
        allowed="marta",
        refused="priya",
        again=False,
    ),
    "remove_item": Case(
        lambda c, r, item, actor: one_off.remove_item(item, actor=actor, reason=REASON),
        allowed="marta",
        refused="priya",
        prepare=lambda c, r: one_off.add_item(
            r.checklists.get(), actor=act(c.marta), group="security/secrets", title="Tell them"
        ),
    ),
    "comment_item": Case(
        lambda c, r, _, actor: planning.comment_item(dns(r), actor=actor, text="Well."),
        again=False,
    ),
    "attach_evidence": Case(
        lambda c, r, _, actor: evidence.attach_evidence(
            dns(r), actor=actor, kind=Evidence.Kind.LINK, content="https://example.com/dns"
        ),
        refused="mallory",
        error=NotVisible,
        again=False,
    ),
    "request_waiver": Case(
        lambda c, r, _, actor: waivers.request_waiver(
            dns(r), actor=actor, reason=REASON, expires_at=timezone.now() + timedelta(days=9)
        ),
        again=False,
    ),
    "approve_waiver": Case(
        lambda c, r, waiver, actor: waivers.approve_waiver(waiver, actor=actor, reason=REASON),
        allowed="marta",
        refused="priya",
        prepare=a_waiver,
    ),
    "reject_waiver": Case(
        lambda c, r, waiver, actor: waivers.reject_waiver(waiver, actor=actor, reason=REASON),
        allowed="marta",
        refused="ada",
        prepare=a_waiver,
    ),
    "withdraw_waiver": Case(
        lambda c, r, waiver, actor: waivers.withdraw_waiver(waiver, actor=actor),
        refused="marta",
        prepare=a_waiver,
    ),
    "open_release": Case(
        lambda c, r, template, actor: releases.open_release(
            c.project,
            actor=actor,
            version="3.0.0",
            environment="production",
            target_at=TARGET,
            templates=[template],
        ),
        allowed="marta",
        refused="priya",
        prepare=lambda c, r: publish(tiny_tree(), slug="tiny"),
        again=False,
    ),
    "carry_answers": Case(
        lambda c, r, source, actor: carrying.carry_answers(r, actor=actor, source=source),
        allowed="marta",
        refused="priya",
        prepare=probed_before,
    ),
    "set_release_target": Case(
        lambda c, r, _, actor: releases.set_release_target(
            r, actor=actor, target_at=TARGET + timedelta(days=1)
        ),
        allowed="olga",
        refused="priya",
    ),
    "deploy_release": Case(
        lambda c, r, _, actor: deployments.deploy_release(r, actor=actor),
        allowed="marta",
        refused="olga",
        prepare=ready,
    ),
    "close_release": Case(
        lambda c, r, _, actor: deployments.close_release(r, actor=actor),
        allowed="marta",
        refused="priya",
        prepare=all_done,
    ),
    "abort_release": Case(
        lambda c, r, _, actor: deployments.abort_release(r, actor=actor, reason=REASON),
        allowed="marta",
        refused="olga",
    ),
    "roll_back_release": Case(
        lambda c, r, _, actor: deployments.roll_back_release(r, actor=actor, reason=REASON),
        allowed="marta",
        refused="priya",
        prepare=deployed,
    ),
    "call_role": Case(
        lambda c, r, _, actor: meeting.call_role(r, actor=actor, role="security", says=Call.GO),
        allowed="sam",
        refused="marta",
    ),
    "sign_release": Case(
        lambda c, r, _, actor: sign(c, r, actor), allowed="sam", refused="priya", again=False
    ),
    "withdraw_signoff": Case(
        lambda c, r, signoff, actor: signoffs.withdraw_signoff(signoff, actor=actor, reason=REASON),
        allowed="sam",
        refused="marta",
        prepare=lambda c, r: sign(c, r, act(c.sam)),
    ),
}
