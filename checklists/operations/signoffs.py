"""Signatures: a holder of a role signs what they saw, rejects it, or takes a signature back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.digests import decision_digest, rules_digest, section_digests
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.gate.signoffs import covered_sections
from checklists.models import Release, Signoff
from checklists.operations.decisions import observations, observed_at
from checklists.operations.guards import (
    MIN_REASON,
    require_open,
    require_person,
    require_reason,
    whole_state,
)
from checklists.operations.item_changes import optional_reason
from checklists.operations.transactions import operation
from checklists.permissions import holds_role, require
from checklists.state import Meaning, ReleaseState, Rule, Stage

FRESH_AUTHENTICATION = timedelta(minutes=5)
"""How long ago the signer may have proved who they are."""


@operation
def sign_release(
    release: Release,
    *,
    actor: Actor,
    role: str,
    meaning: Meaning,
    digest: str,
    authenticated_at: datetime | None,
    note: str = "",
) -> Signoff:
    """Approve or reject the release for a role, over the digest the signer was shown.

    `digest` is that of the role's sections, or of the whole release; it is computed again here,
    under the lock. `authenticated_at` is when the signer last gave a password or code.

    Raises NotVisible; NotAllowed for tokens, people who do not hold the role, and authentication
    older than five minutes; ReleaseClosed; Invalid; Conflict if something changed meanwhile, or if
    the person signed for another role.
    """
    release = audit.locked(release)
    require(actor, "read", release.project)
    _require_signer(actor, release, role, authenticated_at)
    person = require_person(actor)
    require_open(release)
    if meaning == Meaning.REJECT:
        note = require_reason(note, what=_("you reject the release"), at_least=MIN_REASON)
    state = whole_state(release)
    sections = section_digests(state)
    covered = _covered(state, role, sections)
    _require_same(digest, covered, sections)
    _require_one_role(release, actor, role)
    words = {"printed_name": audit.disclose("printed_name", str(person))}
    if note.strip():
        words["note"] = audit.disclose("note", note)
    signoff = Signoff.objects.create(
        release=release,
        role=role,
        person=person,
        meaning=meaning,
        digests=covered,
        rule_digest=rules_digest(state.rules),
        was_holder=True,
        signed_at=audit.moment(release),
        seq=release.chain.head_seq + 1,
        note=words.get("note"),
        printed_name=words["printed_name"],
    )
    audit.append(
        release,
        "signoff.signed",
        actor=actor,
        subject=signoff,
        data=_signed(signoff, state),
        commit=words,
    )
    return signoff


@operation
def withdraw_signoff(signoff: Signoff, *, actor: Actor, reason: str) -> Signoff:
    """Take one's own signature back, with a reason. Withdrawing again changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, Invalid.
    """
    release = audit.locked(signoff.release)
    require(actor, "read", release.project)
    signoff = Signoff.objects.select_related("person").get(pk=signoff.pk)
    if signoff.person != actor.in_person:
        raise NotAllowed(_("Only who signed can withdraw the signature."), code="not_yours")
    require_open(release)
    if signoff.withdrawn_at is not None:
        return signoff
    reason = require_reason(reason, what=_("you withdraw your signature"))
    event = audit.append(
        release,
        "signoff.withdrawn",
        actor=actor,
        subject=signoff,
        data={"signoff": signoff.pk, "role": signoff.role},
        commit=optional_reason(reason),
    )
    signoff.withdrawn_at = event.at
    signoff.save(update_fields=["withdrawn_at"])
    return signoff


def rule_digest_for(state: ReleaseState, role: str) -> str:
    """The digest a holder of the role signs: over the digests of the role's sections."""
    return decision_digest(_covered(state, role, section_digests(state)))


def rule_for(state: ReleaseState, role: str) -> Rule:
    """The rule the role signs for now. Raises Invalid if the release asks nothing of the role."""
    rules = [rule for rule in state.rules if rule.role == role]
    wanted = Stage.CLOSE if state.deployed_at is not None else Stage.DEPLOY
    rules.sort(key=lambda rule: rule.stage != wanted)
    if not rules:
        raise Invalid(
            _("This release asks for no signature of “%(role)s”.") % {"role": role},
            code="no_rule",
            field="role",
        )
    return rules[0]


def _covered(state: ReleaseState, role: str, sections: Mapping[str, str]) -> dict[str, str]:
    """Of the digests of all sections, those that a signature of the role covers."""
    refs = covered_sections(state, rule_for(state, role))
    return {ref: sections[ref] for ref in refs if ref in sections}


def _signed(signoff: Signoff, state: ReleaseState) -> dict[str, object]:
    """What the event says of a signature: all that deciding by the log alone needs."""
    return {
        "signoff": signoff.pk,
        "role": signoff.role,
        "meaning": str(signoff.meaning),
        "digests": signoff.digests,
        "digest": decision_digest(signoff.digests),
        "rule_digest": signoff.rule_digest,
        "was_holder": signoff.was_holder,
        "observed": observations(state, signoff.signed_at, observed_at(state, signoff.signed_at)),
    }


def _require_signer(
    actor: Actor, release: Release, role: str, authenticated_at: datetime | None
) -> None:
    if actor.in_person is None:
        raise NotAllowed(_("Only a person signs, never a token or a probe."), code="needs_person")
    if not holds_role(actor.in_person, release.project, role):
        raise NotAllowed(
            _(
                "You do not hold the role “%(role)s” in %(project)s. An owner of the "
                "project decides who does."
            )
            % {"role": role, "project": release.project},
            code="not_a_holder",
            role=role,
        )
    now = audit.moment(release)
    if authenticated_at is None or now - authenticated_at > FRESH_AUTHENTICATION:
        raise NotAllowed(
            _(
                "Signing needs your password or code from the last five minutes. Confirm "
                "it is you, then sign."
            ),
            code="reauthentication_required",
        )


def _require_same(digest: str, covered: dict[str, str], sections: dict[str, str]) -> None:
    shown = decision_digest(covered)
    if digest not in (shown, decision_digest(sections)):
        raise Conflict(
            _(
                "The release changed while you read it, so nothing was signed. Look at "
                "what is new, then sign again."
            ),
            code="digest_changed",
            digest=shown,
        )


def _require_one_role(release: Release, actor: Actor, role: str) -> None:
    newest = Signoff.objects.filter(release=release, person=actor.person).order_by("-seq").first()
    if newest is not None and newest.withdrawn_at is None and newest.role != role:
        raise Conflict(
            _(
                "You signed as “%(role)s” already, and one person fills one role in a "
                "release. Withdraw that signature first."
            )
            % {"role": newest.role},
            code="one_role_per_person",
            role=newest.role,
        )
