"""A release in which every verified column holds something, and the list of those columns."""

from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from checklists import audit
from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.images import COLUMNS
from checklists.models import (
    AuditChain,
    AuditEvent,
    Checklist,
    ChecklistOverlay,
    Comment,
    Disclosable,
    Evidence,
    FreezeWindow,
    Item,
    Probe,
    Project,
    Release,
    Role,
    RoleCall,
    RuleApproval,
    Signoff,
    Template,
    TemplateVersion,
    Waiver,
)
from checklists.operations.evidence import attach_evidence, attach_file, withdraw_evidence
from checklists.operations.invitations import invite_person
from checklists.operations.items import mark_not_applicable, start_item, tick_item
from checklists.operations.meeting import call_role
from checklists.operations.planning import assign_item, comment_item
from checklists.operations.probes import attach_probe
from checklists.operations.signoffs import rule_digest_for, sign_release, withdraw_signoff
from checklists.operations.tokens import create_token
from checklists.operations.waivers import approve_waiver, request_waiver
from checklists.state import Call, Meaning
from tests.cast import Cast
from tests.checklist_data import item_of, open_small_release, publish, small_tree, tiny_tree
from tests.evidence_data import stored
from tests.overlay_data import add_version, changed_item, eu_tree, small_with
from tests.upgrade_data import upgrade

RELEASE_COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    AuditChain: ("key", "release_id", "head_seq", "head_hash", "head_at"),
    AuditEvent: (
        "chain_id",
        "seq",
        "body",
        "prev_hash",
        "hash",
        "at",
        "action",
        "item_id",
    ),
    Disclosable: ("kind", "value", "salt", "commitment"),
    Release: (
        "project_id",
        "version",
        "environment",
        "status",
        "target_at",
        "commit",
        "artifact_digest",
        "opened_at",
        "opened_by_id",
        "deployed_at",
    ),
    Checklist: ("release_id", "template_version_id", "key", "position", "upgraded_seq"),
    ChecklistOverlay: ("checklist_id", "template_version_id", "position"),
    Item: (
        "release_id",
        "checklist_id",
        "position",
        "key",
        "number",
        "title",
        "section",
        "group",
        "condition",
        "stage",
        "requirement",
        "na_allowed",
        "evidence_required",
        "answer",
        "answered_by_id",
        "answered_at",
        "reason_id",
        "started_at",
        "assignee_id",
        "assignee_role_id",
        "due_at",
        "due_offset",
        "version",
        "decided_seq",
        "justification_required",
        "evidence_kind",
        "valid_for",
        "added_by_id",
        "own_title_id",
        "carried_from_id",
        "carried_reason",
    ),
    Evidence: (
        "item_id",
        "kind",
        "content_id",
        "digest",
        "observed_at",
        "attached_at",
        "attached_by_id",
        "sha256",
        "size",
        "media_type",
        "replaces_id",
        "withdrawn_at",
    ),
    Comment: ("item_id", "body_id", "author_id", "written_at"),
    Waiver: (
        "item_id",
        "status",
        "reason_id",
        "expires_at",
        "requested_by_id",
        "requested_at",
        "decided_by_id",
        "decided_at",
        "decision_reason_id",
    ),
    RoleCall: ("release_id", "role", "person_id", "says", "words_id", "called_at", "seq"),
    Signoff: (
        "release_id",
        "role",
        "person_id",
        "meaning",
        "digests",
        "rule_digest",
        "was_holder",
        "signed_at",
        "seq",
        "note_id",
        "printed_name_id",
        "withdrawn_at",
    ),
    Probe: (
        "item_id",
        "kind",
        "params",
        "conditions",
        "interval_s",
        "spec_digest",
        "attached_at",
        "detached_at",
        "confirmed",
        "confirmed_at",
    ),
}


def full_release(cast: Cast) -> Release:
    """Payments 2.4.0, with an overlay, moved to newer versions of its checklist; an answer of each
    kind, evidence, a comment, a waiver, a probe and signatures. Beside it 2.3.0 with the same and
    2.5.0 with nothing yet, so that each row could hang on another parent.
    """
    template = publish(small_tree(), published_by=cast.marta)
    publish(eu_tree(), slug="eu", published_by=cast.marta)
    other = publish(tiny_tree(), slug="other", published_by=cast.olga)
    Template.objects.create(slug="empty", name="Empty", created_at=timezone.now())
    FreezeWindow.objects.create(
        project=cast.project,
        name="Black Friday",
        starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(days=3),
        set_by=cast.olga,
    )
    RuleApproval.objects.create(
        version=other.newest_published(),
        role="security",
        person=cast.sam,
        digest="d" * 64,
        approved_at=timezone.now(),
    )
    log_rows_of_factories()
    invite_person(cast.project, "new@example.com", Role.VIEWER, actor=Actor.of_person(cast.olga))
    create_token(cast.project, "CI", ["read"], actor=Actor.of_person(cast.priya))
    releases = [open_small_release(cast, version, template) for version in ("2.3.0", "2.4.0")]
    twice = small_with("configure-cdn", title="Configure CDN twice")
    add_version(template, changed_item(twice, "configure-dns", title=None))
    add_version(template, twice, published_by=cast.marta)
    log_rows_of_factories()
    for release in releases:
        _upgrade_twice(release, cast)
        _fill(release, cast)
    open_small_release(cast, "2.5.0", other)
    return Release.objects.select_related("chain").get(version="2.4.0")


def log_rows_of_factories() -> None:
    """Factories write rows without events; this says in one event what the tables hold."""
    with transaction.atomic():
        audit.append(
            audit.locked_installation(),
            "test.rows_made",
            actor=Actor.of_system(),
            subject=Project.objects.earliest("pk"),
            rows=[row for model in COLUMNS for row in model._default_manager.all()],
        )


def _upgrade_twice(release: Release, cast: Cast) -> None:
    """One item goes and comes back, and another is asked again."""
    for number in (2, 3):
        upgrade(release, cast, TemplateVersion.objects.get(template__slug="small", number=number))


def _fill(release: Release, cast: Cast) -> None:
    priya, marta, sam = (Actor.of_person(p) for p in (cast.priya, cast.marta, cast.sam))
    cdn, rotate = item_of(release, "configure-cdn"), item_of(release, "rotate-secrets")
    start_item(rotate, actor=priya)
    assign_item(rotate, actor=priya, to=cast.priya)
    assign_item(item_of(release, "audit-access"), actor=priya, to=cast.security)
    attach_evidence(rotate, actor=priya, kind=Evidence.Kind.TEXT, content="Rotated on Monday.")
    _attach_files(rotate, priya)
    comment_item(rotate, actor=priya, text="All but one were easy.")
    tick_item(rotate, actor=priya)
    mark_not_applicable(cdn, actor=priya, reason="No static assets in this service.")
    waiver = request_waiver(
        item_of(release, "audit-access"),
        actor=priya,
        reason="The auditor is away until the end of next month.",
        expires_at=timezone.now() + timedelta(days=30),
    )
    approve_waiver(waiver, actor=marta, reason="Agreed in the meeting.")
    _attach_seen_probe(release, marta)
    call_role(release, actor=sam, role="security", says=Call.NO_GO, words="Not before noon.")
    call_role(
        release,
        actor=sam,
        role="security",
        says=Call.CONDITIONS,
        conditions=["Tell the bank"],
        checklist=release.checklists.get(),
        group="security/secrets",
    )
    for actor, role in ((sam, "security"), (marta, "release-manager")):
        signoff = sign_release(
            release,
            actor=actor,
            role=role,
            meaning=Meaning.APPROVE,
            digest=rule_digest_for(current_state(release), role),
            authenticated_at=timezone.now(),
            note="Looked at everything.",
        )
    withdraw_signoff(signoff, actor=marta, reason="Too early after all.")


def _attach_files(item: Item, actor: Actor) -> None:
    """A file, its newer version, and one that was withdrawn."""
    first = attach_file(item, actor=actor, file=stored("keys.txt", b"2 of 3 rotated\n"))
    attach_file(item, actor=actor, file=stored("keys.txt", b"3 of 3 rotated\n"), replaces=first)
    wrong = attach_file(item, actor=actor, file=stored("other.txt", b"of another service\n"))
    withdraw_evidence(wrong, actor=actor, reason="It is of another service.")


def _attach_seen_probe(release: Release, actor: Actor) -> None:
    attach_probe(
        item_of(release, "configure-dns"),
        actor=actor,
        kind="http",
        params={"url": "https://www.example.com/"},
        interval_s=60,
    )
