"""How events change what hangs on an item: comments, evidence, waivers, its probe. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from checklists.audit.format import read_time
from checklists.audit.replay_fold import Body, ItemFold
from checklists.state import (
    CommentState,
    EvidenceState,
    ProbeState,
    Verdict,
    WaiverState,
    WaiverStatus,
)


def _comment(item: ItemFold, body: Body) -> None:
    item.comments.append(
        CommentState(
            id=body["data"]["comment"],
            body=body["commit"]["body"],
            author=body["actor"]["pid"],
            written_at=read_time(body["at"]),
        )
    )


def _attach_evidence(item: ItemFold, body: Body) -> None:
    data = body["data"]
    item.evidence.append(
        EvidenceState(
            id=data["evidence"],
            kind=data["kind"],
            digest=body["commit"]["content"],
            observed_at=read_time(data["observed_at"]),
            attached_at=read_time(body["at"]),
            attached_by=body["actor"]["pid"],
            sha256=data.get("sha256", ""),
            size=data.get("size"),
            media_type=data.get("media_type", ""),
            replaces=data.get("replaces"),
        )
    )


def _withdraw_evidence(item: ItemFold, body: Body) -> None:
    pk, at = body["data"]["evidence"], read_time(body["at"])
    if pk not in {evidence.id for evidence in item.evidence}:
        raise ValueError(f"event {body['seq']} withdraws evidence that is not attached")
    item.evidence[:] = [replace(e, withdrawn_at=at) if e.id == pk else e for e in item.evidence]


def _request_waiver(item: ItemFold, body: Body) -> None:
    data = body["data"]
    item.waivers[data["waiver"]] = WaiverState(
        id=data["waiver"],
        status=WaiverStatus.REQUESTED,
        reason=body["commit"]["reason"],
        expires_at=read_time(data["expires_at"]),
        requested_by=body["actor"]["pid"],
        requested_at=read_time(body["at"]),
        decided_by=None,
        decided_at=None,
        decision_reason=None,
    )


def _decide_waiver(status: WaiverStatus) -> Callable[[ItemFold, Body], None]:
    def change(item: ItemFold, body: Body) -> None:
        pk = body["data"]["waiver"]
        item.waivers[pk] = replace(
            item.waivers[pk],
            status=status,
            decided_by=body["actor"]["pid"],
            decided_at=read_time(body["at"]),
            decision_reason=body.get("commit", {}).get("reason"),
        )

    return change


def _set_probe(item: ItemFold, body: Body) -> None:
    data = body["data"]
    same = item.probe if item.probe is not None and item.probe.id == data["probe"] else None
    item.probe = ProbeState(
        id=data["probe"],
        kind=data["kind"],
        spec_digest=data["spec_digest"],
        interval_s=data["interval_s"],
        attached_at=same.attached_at if same else read_time(body["at"]),
        confirmed=None,
        confirmed_at=None,
    )


def _detach_probe(item: ItemFold, body: Body) -> None:
    item.probe = None


def _flip_probe(item: ItemFold, body: Body) -> None:
    if item.probe is None or item.probe.id != body["data"]["probe"]:
        raise ValueError(f"event {body['seq']} flips a probe that is not attached")
    item.probe = replace(
        item.probe,
        confirmed=Verdict(body["data"]["to"]),
        confirmed_at=read_time(body["at"]),
    )


ADDITIONS: dict[str, Callable[[ItemFold, Body], None]] = {
    "item.commented": _comment,
    "evidence.attached": _attach_evidence,
    "evidence.withdrawn": _withdraw_evidence,
    "waiver.requested": _request_waiver,
    "waiver.approved": _decide_waiver(WaiverStatus.APPROVED),
    "waiver.rejected": _decide_waiver(WaiverStatus.REJECTED),
    "waiver.withdrawn": _decide_waiver(WaiverStatus.WITHDRAWN),
    "probe.attached": _set_probe,
    "probe.changed": _set_probe,
    "probe.detached": _detach_probe,
    "probe.flipped": _flip_probe,
}
