"""A release in whose history every action occurs, for tests of how history is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.models import AuditEvent, Evidence, Template
from checklists.operations.deployments import (
    abort_release,
    close_release,
    deploy_release,
    roll_back_release,
)
from checklists.operations.evidence import attach_evidence, withdraw_evidence
from checklists.operations.items import (
    mark_not_applicable,
    reopen_item,
    start_item,
    tick_item,
    untick_item,
)
from checklists.operations.meeting import call_role
from checklists.operations.one_off import add_item, remove_item
from checklists.operations.planning import assign_item, comment_item, set_item_due
from checklists.operations.probes import change_probe, detach_probe
from checklists.operations.releases import set_release_target
from checklists.operations.signoffs import rule_digest_for, sign_release, withdraw_signoff
from checklists.operations.undo import undo_item_change
from checklists.operations.waivers import (
    approve_waiver,
    reject_waiver,
    request_waiver,
    withdraw_waiver,
)
from checklists.state import Call, Meaning
from tests.checklist_data import item_of, open_small_release, publish, wide_tree
from tests.overlay_data import add_version, small_with
from tests.probe_data import URL, attach, report
from tests.upgrade_data import upgrade

WHY = "No static assets in this service."
DUE = datetime(2027, 3, 1, 9, tzinfo=UTC)


def everything_before_the_deployment(cast, release):
    """One event of each action that happens before a deployment, and the abort."""
    priya, marta, sam = (Actor.of_person(p) for p in (cast.priya, cast.marta, cast.sam))
    rotate, cdn = item_of(release, "rotate-secrets"), item_of(release, "configure-cdn")
    set_release_target(release, actor=marta, target_at=release.target_at + timedelta(days=1))
    start_item(rotate, actor=priya)
    newest = AuditEvent.objects.filter(chain__release=release).latest("seq")
    rotate.refresh_from_db()
    undo_item_change(rotate, actor=priya, seq=newest.seq, expected_version=rotate.version)
    tick_item(rotate, actor=priya, reason="Rotated on Monday.")
    untick_item(rotate, actor=sam, reason="The vault is red.")
    mark_not_applicable(cdn, actor=priya, reason=WHY)
    reopen_item(cdn, actor=sam, reason="There are some after all.")
    assign_item(rotate, actor=marta, to=cast.priya)
    assign_item(rotate, actor=marta, to=cast.security)
    set_item_due(rotate, actor=marta, due=DUE)
    comment_item(rotate, actor=priya, text="All but one were easy.")
    given = attach_evidence(rotate, actor=priya, kind=Evidence.Kind.TEXT, content="$ rotate --all")
    withdraw_evidence(given, actor=priya, reason="It is of another vault.")
    until = timezone.now() + timedelta(days=30)
    asked = {"actor": priya, "reason": "The vault moves next week.", "expires_at": until}
    withdraw_waiver(request_waiver(rotate, **asked), actor=priya)
    reject_waiver(request_waiver(rotate, **asked), actor=marta, reason="Not this one.")
    approve_waiver(request_waiver(rotate, **asked), actor=marta)
    probe = report(attach(item_of(release, "configure-dns"), cast.marta), "PFFF")
    change_probe(probe, actor=marta, params={"url": URL, "method": "HEAD"})
    detach_probe(probe, actor=marta)
    checklist = release.checklists.get()
    one_off = add_item(checklist, actor=marta, group="security/secrets", title="Tell Legal")
    remove_item(one_off, actor=marta, reason="Legal knows.")
    call_role(release, actor=sam, role="security", says=Call.NO_GO, words="The vault is red.")
    signoff = sign_release(
        release,
        actor=sam,
        role="security",
        meaning=Meaning.APPROVE,
        digest=rule_digest_for(current_state(release), "security"),
        authenticated_at=timezone.now(),
        note="Looked at secrets.",
    )
    withdraw_signoff(signoff, actor=sam, reason="Too early after all.")
    add_version(Template.objects.get(slug="small"), small_with("review-logs", title="Review all"))
    upgrade(release, cast)
    abort_release(release, actor=marta, reason="Not this quarter.")


def everything_after_the_deployment(cast):
    """Two releases that went live: one closed, one rolled back."""
    template, marta = publish(wide_tree(1), "wide"), Actor.of_person(cast.marta)
    ended = []
    for version in ("3.0.0", "3.1.0"):
        release = open_small_release(cast, version, template)
        tick_item(item_of(release, "item-1"), actor=Actor.of_person(cast.priya))
        ended.append(deploy_release(release, actor=marta))
    close_release(ended[0], actor=marta)
    roll_back_release(ended[1], actor=marta, reason="Errors doubled.")
    return ended
