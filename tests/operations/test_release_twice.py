"""Every operation on a release, from four sides: refused it leaves nothing, without its event the
change is lost, said again it changes nothing, and what it writes is what the log replays to."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.errors import Conflict, NotAllowed, NotVisible, Refused
from checklists.formats.tree import ChecklistTree, Group, Section
from checklists.formats.tree import Item as Item_
from checklists.models import Evidence, Item, Release, Template
from checklists.operations import (
    deployments,
    evidence,
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
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db

MODULES = (items, planning, evidence, one_off, meeting, undo, waivers, releases, deployments, signoffs)
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


def operations() -> set[str]:
    """The public functions of the modules that write in the name of an actor."""
    return {
        name
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "actor" in inspect.signature(function).parameters
    } - {"append_item", "may_decide", "reopen_item_by_probe"}


def test_every_operation_has_its_case():
    assert operations() == CASES.keys()


@pytest.fixture(params=CASES)
def case(request) -> Case:
    return CASES[request.param]


def test_refused_it_leaves_nothing(case, cast, release):
    made = case.prepare(cast, release)
    with changes_nothing(case.error):
        case.call(cast, release, made, act(getattr(cast, case.refused)))


def test_an_outsider_is_told_nothing_and_changes_nothing(case, cast, release):
    made = case.prepare(cast, release)
    with changes_nothing(NotVisible):
        case.call(cast, release, made, act(cast.mallory))


def test_the_change_is_lost_if_its_event_cannot_be_written(case, cast, release, log_fails):
    made = case.prepare(cast, release)
    log_fails()
    with changes_nothing(OSError):
        case.call(cast, release, made, act(getattr(cast, case.allowed)))


def test_said_again_it_changes_nothing(case, cast, release):
    made = case.prepare(cast, release)
    actor = act(getattr(cast, case.allowed))
    case.call(cast, release, made, actor)
    if not case.again:
        return
    before = everything()
    case.call(cast, release, made, actor)
    assert everything() == before


def test_what_it_writes_is_what_the_log_replays_to(case, cast, release):
    made = case.prepare(cast, release)
    before = release.chain.events.count()
    case.call(cast, release, made, act(getattr(cast, case.allowed)))
    for each in Release.objects.select_related("chain"):
        assert [str(finding) for finding in verify_release(each).findings] == []
    assert release.chain.events.count() > before or Release.objects.count() > 1


def test_a_release_that_is_over_can_no_longer_change(case, cast, release):
    made = case.prepare(cast, release)
    if release.items.filter(release__status="deployed").exists():
        end = deployments.roll_back_release
    else:
        end = deployments.abort_release
    if case.call is CASES["open_release"].call:
        return
    end(release, actor=act(cast.marta), reason=REASON)
    ended = Release.objects.get(pk=release.pk).status
    before = everything()
    refusal = refusal_of(lambda: case.call(cast, release, made, act(getattr(cast, case.allowed))))
    assert refusal is None or refusal.status == 409
    assert refusal is None or ended.replace("_", " ") in refusal.message
    assert everything() == before


def refusal_of(call: Callable[[], object]) -> Refused | None:
    """What was refused, if anything was."""
    try:
        call()
    except Refused as refusal:
        return refusal
    return None


def test_templates_without_a_published_version_open_nothing(cast):
    empty = Template.objects.create(slug="empty", name="Empty", created_at=timezone.now())
    with changes_nothing(Refused):
        open_small_release(cast, template=empty)


def test_a_checklist_with_nothing_before_the_deployment_opens_nothing_alone(cast):
    soak = Item_("after/soak/look", "Look", stage="close")
    group = Group("after/soak", "Soak", items=(soak,))
    after = publish(
        ChecklistTree("After", sections=(Section("after", "After", groups=(group,)),)), "after"
    )
    with changes_nothing(Conflict) as refusal:
        open_small_release(cast, template=after)
    assert refusal.value.code == "nothing_to_check"
