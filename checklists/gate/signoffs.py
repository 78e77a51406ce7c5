"""Which signatures count. Pure; the part of the gate that looks at people.

A person fills one role per release: the one of their newest standing signature. A signature counts
while every section digest it covers, and the rules it was given under, are what they are now. A
rejection stands until its signer, or another holder of that role, signs after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from checklists.digests import rules_digest
from checklists.sentences import Sentence, sentence
from checklists.state import Answer, Meaning, ReleaseState, Rule, SignoffState, Stage


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one role stands: how many signatures are needed, and which of those given count.

    `code` is empty when nothing is missing; otherwise it is the reason's code, and `said` says it.
    """

    role: str
    required: int
    met: int
    sections: tuple[str, ...]
    counted: tuple[SignoffState, ...]
    stale: tuple[SignoffState, ...]
    rejecting: tuple[SignoffState, ...]
    changed_sections: tuple[str, ...]
    code: str = ""
    said: Sentence | None = None


def signoff_standing(
    state: ReleaseState, stage: Stage, sections: Mapping[str, str]
) -> tuple[Standing, ...]:
    """Where each role that the stage asks for stands, in the order of the rules."""
    rules = [rule for rule in state.rules if rule.stage == stage]
    newest = _newest_by_person(state.signoffs)
    digest = rules_digest(state.rules)
    covered = {rule.role: covered_sections(state, rule) for rule in rules}
    counted = {
        rule.role: tuple(
            s
            for s in newest
            if s.role == rule.role
            and changed_sections(s, digest, covered[rule.role], sections) == ()
            and s.meaning == Meaning.APPROVE
            and s.was_holder
        )
        for rule in rules
    }
    answered = _answered_by_section(state)
    lone = _sections_signed_by_their_tickers(counted, covered, answered)
    return tuple(
        _standing(rule, covered[rule.role], counted[rule.role], newest, digest, sections, lone)
        for rule in rules
    )


def covered_sections(state: ReleaseState, rule: Rule) -> tuple[str, ...]:
    """The sections a rule asks to be signed: those it names, or all with items of its stage."""
    if rule.sections:
        return rule.sections
    return tuple(dict.fromkeys(i.section_ref for i in state.items if i.stage == rule.stage))


def changed_sections(
    signoff: SignoffState, digest: str, covered: Sequence[str], sections: Mapping[str, str]
) -> tuple[str, ...]:
    """The sections whose digest is no longer the signed one. All, when the rules changed."""
    if signoff.rule_digest != digest:
        return tuple(covered)
    signed = dict(signoff.digests)
    return tuple(ref for ref in covered if signed.get(ref) != sections.get(ref))


def _newest_by_person(signoffs: Sequence[SignoffState]) -> tuple[SignoffState, ...]:
    """One signature per person: the newest, unless withdrawn. One person, one role."""
    newest: dict[str, SignoffState] = {}
    for signoff in signoffs:
        newest[signoff.person] = signoff
    standing = (s for s in newest.values() if s.withdrawn_at is None)
    return tuple(sorted(standing, key=lambda s: s.seq))


def _answered_by_section(state: ReleaseState) -> dict[str, set[str]]:
    """Who has a standing answer in each section."""
    answered: dict[str, set[str]] = {}
    for item in state.items:
        if item.answer != Answer.OPEN and item.answered_by is not None:
            answered.setdefault(item.section_ref, set()).add(item.answered_by)
    return answered


def _sections_signed_by_their_tickers(
    counted: Mapping[str, Sequence[SignoffState]],
    covered: Mapping[str, Sequence[str]],
    answered: Mapping[str, set[str]],
) -> frozenset[str]:
    """Sections that somebody signed, but nobody who has no answer of their own in them."""
    signers: dict[str, set[str]] = {}
    for role, signoffs in counted.items():
        for ref in covered[role]:
            signers.setdefault(ref, set()).update(s.person for s in signoffs)
    return frozenset(
        ref for ref, people in signers.items() if people and people <= answered.get(ref, set())
    )


def _standing(
    rule: Rule,
    covered: tuple[str, ...],
    counted: tuple[SignoffState, ...],
    newest: Sequence[SignoffState],
    digest: str,
    sections: Mapping[str, str],
    lone: frozenset[str],
) -> Standing:
    of_role = [s for s in newest if s.role == rule.role]
    last_approval = max((s.seq for s in of_role if s.meaning == Meaning.APPROVE), default=0)
    rejecting = tuple(s for s in of_role if s.meaning == Meaning.REJECT and s.seq > last_approval)
    stale = tuple(s for s in of_role if s.meaning == Meaning.APPROVE and s not in counted)
    changed = tuple(
        dict.fromkeys(ref for s in stale for ref in changed_sections(s, digest, covered, sections))
    )
    code, said = _judge(rule, len(counted), rejecting, stale, changed, lone & set(covered))
    return Standing(
        role=rule.role,
        required=rule.count,
        met=len(counted),
        sections=covered,
        counted=counted,
        stale=stale,
        rejecting=rejecting,
        changed_sections=changed,
        code=code,
        said=said,
    )


def _judge(
    rule: Rule,
    met: int,
    rejecting: Sequence[SignoffState],
    stale: Sequence[SignoffState],
    changed: Sequence[str],
    lone: frozenset[str],
) -> tuple[str, Sentence | None]:
    if rejecting:
        words = _("%(role)s rejected the release.")
        return "signoff_rejected", sentence(words, role=rule.role)
    if met < rule.count and stale:
        words = _("%(role)s: %(met)s of %(required)s signed; changed since: %(where)s.")
        where = tuple(changed) or sentence(_("its sections"))
        said = sentence(words, role=rule.role, met=met, required=rule.count, where=where)
        return "signoff_stale", said
    if met < rule.count:
        words = _("%(role)s: %(met)s of %(required)s signed.")
        return "signoff_missing", sentence(words, role=rule.role, met=met, required=rule.count)
    if lone:
        words = _("%(role)s: everybody who signed %(where)s also answered items there.")
        where = tuple(sorted(lone))
        return "signoff_only_by_answerer", sentence(words, role=rule.role, where=where)
    return "", None
