"""What becomes of a release: deployed, closed, aborted, rolled back."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict
from checklists.gate import Reason
from checklists.models import Release
from checklists.operations.decisions import look_now, observations
from checklists.operations.guards import require_open, require_reason
from checklists.operations.item_changes import optional_reason
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.state import ReleaseStatus, Stage


@operation
def deploy_release(release: Release, *, actor: Actor) -> Release:
    """Mark the release deployed. The gate must say go for the stage `deploy`, at this moment.

    Deploying a deployed release changes nothing. Raises NotVisible, NotAllowed, ReleaseClosed;
    Conflict with the gate's reasons.
    """
    release = audit.locked(release)
    require(actor, "deploy_release", release.project)
    require_open(release)
    if release.status == ReleaseStatus.DEPLOYED:
        return release
    rests_on = _require_go(release, Stage.DEPLOY)
    _move_on(release, ReleaseStatus.DEPLOYED, actor=actor, rests_on=rests_on)
    return release


@operation
def close_release(release: Release, *, actor: Actor) -> Release:
    """Close a deployed release. The gate must say go for the stage `close`.

    Closing a closed release changes nothing. Raises NotVisible, NotAllowed, ReleaseClosed;
    Conflict with the gate's reasons.
    """
    release = audit.locked(release)
    require(actor, "deploy_release", release.project)
    if release.status == ReleaseStatus.CLOSED:
        return release
    require_open(release)
    rests_on = _require_go(release, Stage.CLOSE)
    _move_on(release, ReleaseStatus.CLOSED, actor=actor, rests_on=rests_on)
    return release


@operation
def abort_release(release: Release, *, actor: Actor, reason: str) -> Release:
    """End a release that will not be deployed, with a reason. Aborting again changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, Invalid; Conflict if it is deployed.
    """
    release = audit.locked(release)
    require(actor, "deploy_release", release.project)
    if release.status == ReleaseStatus.ABORTED:
        return release
    require_open(release)
    reason = require_reason(reason, what=_("the release is aborted"))
    if release.status == ReleaseStatus.DEPLOYED:
        raise Conflict(
            _("%(release)s is deployed; roll it back instead.") % {"release": release},
            code="already_deployed",
        )
    _move_on(release, ReleaseStatus.ABORTED, actor=actor, reason=reason)
    return release


@operation
def roll_back_release(release: Release, *, actor: Actor, reason: str) -> Release:
    """Say that a deployed release was taken back, with a reason. Again changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed, Invalid; Conflict if it is not deployed.
    """
    release = audit.locked(release)
    require(actor, "deploy_release", release.project)
    if release.status == ReleaseStatus.ROLLED_BACK:
        return release
    require_open(release)
    reason = require_reason(reason, what=_("the release is rolled back"))
    if release.status != ReleaseStatus.DEPLOYED:
        raise Conflict(
            _("%(release)s is not deployed; abort it instead.") % {"release": release},
            code="not_deployed",
        )
    _move_on(release, ReleaseStatus.ROLLED_BACK, actor=actor, reason=reason)
    return release


def _require_go(release: Release, stage: Stage) -> dict[str, object]:
    """What the event says of the decision and of the observations it rests on."""
    look = look_now(release)
    decision = look.decide(stage)
    if not decision.may_go:
        names = dict(release.project.signoff_roles.values_list("slug", "name"))
        said = [_named(reason, names) for reason in decision.blockers]
        raise Conflict(
            ngettext(
                "The gate says %(verdict)s for %(release)s: %(first)s",
                "The gate says %(verdict)s for %(release)s, for %(count)s reasons; the first: "
                "%(first)s",
                len(said),
            )
            % {
                "verdict": decision.verdict.replace("_", "-"),
                "release": release,
                "count": len(said),
                "first": said[0],
            },
            code="gate_closed",
            verdict=str(decision.verdict),
            reasons=[
                {"code": r.code, "item": r.item, "role": r.role, "message": message}
                for r, message in zip(decision.blockers, said, strict=True)
            ],
        )
    return {
        "verdict": str(decision.verdict),
        "digest": decision.digest,
        "exceptions": [[r.code, r.item] for r in decision.reasons],
        "not_applicable": [r.item for r in decision.notes],
        "observed": observations(look.state, look.at, look.observed),
    }


def _named(reason: Reason, names: Mapping[str, str]) -> str:
    return str(reason.said.naming(names)) if reason.role else reason.message


def _move_on(
    release: Release,
    status: ReleaseStatus,
    *,
    actor: Actor,
    rests_on: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    """Give the release its next status, with the decision it rests on or the reason for it."""
    data: dict[str, object] = {"from": release.status}
    if rests_on is not None:
        data["decision"] = rests_on
    event = audit.append(
        release,
        f"release.{status}",
        actor=actor,
        subject=release,
        data=data,
        commit=optional_reason(reason),
    )
    release.status = status
    fields = ["status"]
    if status == ReleaseStatus.DEPLOYED:
        release.deployed_at = event.at
        fields.append("deployed_at")
    release.save(update_fields=fields)
