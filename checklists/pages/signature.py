"""A person's own signature in a release: the newest, and what it is worth now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from checklists.models import Disclosable
from checklists.moments import reader_stamp
from checklists.pages.event_names import ERASED
from checklists.pages.snapshot import Snapshot
from checklists.state import Meaning, SignoffState


@dataclass(frozen=True, slots=True)
class Signature:
    """The person's newest signature in the release."""

    pk: int
    role: str
    role_name: str
    word: str
    css: str
    stamp: str
    at: datetime
    seq: int
    note: str
    standing: bool


def signature_of(snapshot: Snapshot, pid: str) -> Signature | None:
    """The person's newest signature in the release, and what it is worth now."""
    own = [signoff for signoff in snapshot.state.signoffs if signoff.person == pid]
    if not own:
        return None
    newest = own[-1]
    word, css = _worth(snapshot, newest)
    return Signature(
        pk=newest.id,
        role=newest.role,
        role_name=snapshot.roles.names.get(newest.role, newest.role),
        word=word,
        css=css,
        stamp=reader_stamp(newest.signed_at),
        at=newest.signed_at,
        seq=newest.seq,
        note=_note(newest),
        standing=newest.withdrawn_at is None,
    )


def _worth(snapshot: Snapshot, signoff: SignoffState) -> tuple[str, str]:
    if signoff.withdrawn_at is not None:
        return _("You withdrew your signature"), "na"
    for standing in snapshot.decision.signoffs:
        if signoff in standing.rejecting:
            return _("You rejected the release"), "failed"
        if signoff in standing.counted:
            return _("Your signature counts"), "done"
        if signoff in standing.stale:
            return _("Your last signature is stale"), "stale"
    if signoff.meaning == Meaning.REJECT:
        return _("You rejected the release earlier"), "na"
    deployed_at = snapshot.state.deployed_at
    if deployed_at is not None and signoff.signed_at <= deployed_at:
        return _("You signed before the deployment"), "na"
    return _("You signed for another stage"), "na"


def _note(signoff: SignoffState) -> str:
    if signoff.note is None:
        return ""
    found = Disclosable.objects.filter(commitment=signoff.note).values_list("value", flat=True)
    return found.first() or str(ERASED)
