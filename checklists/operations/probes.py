"""Probes of items: attach, change, detach, and run one now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from checklists import audit, live
from checklists.actors import Actor
from checklists.errors import Conflict, Refused
from checklists.models import Item, Probe, Release
from checklists.operations.guards import require_open
from checklists.operations.item_changes import fresh_item, record_item_change
from checklists.operations.transactions import operation
from checklists.permissions import require
from checklists.probes.policy import Allowed, Policy
from checklists.probes.registry import ProbeSpec

RUN_NOW_EVERY = timedelta(seconds=10)
UNCLAIMED: dict[str, Any] = {
    "claim_token": "",
    "claimed_slot": None,
    "lease_until": None,
    "attempt": 0,
}
_SPEC = ("kind", "params", "conditions", "interval_s", "spec_digest")
_UNJUDGED: dict[str, Any] = {
    "confirmed": None,
    "confirmed_at": None,
    "streak_verdict": None,
    "streak": 0,
    "not_good": 0,
}


def operators_policy() -> Policy:
    """What probes may reach here, by settings alone. Raises ValueError for a malformed entry."""
    return Policy(
        ports=frozenset(settings.PROBE_PORTS),
        allowed=tuple(Allowed.parse(entry) for entry in settings.PROBE_ALLOWED),
        resolvers=tuple(settings.PROBE_RESOLVERS),
        ca_file=settings.PROBE_CA_FILE or None,
    )


@operation
def attach_probe(
    item: Item,
    *,
    actor: Actor,
    kind: str,
    params: Mapping[str, Any],
    conditions: Sequence[Mapping[str, Any]] = (),
    interval_s: int = 60,
) -> Probe:
    """Attach a probe to an item; it runs at once, and then every `interval_s` seconds.

    Attaching the same probe again changes nothing. Raises NotVisible, NotAllowed, ReleaseClosed;
    Invalid for a specification or target that is refused; Conflict if another one is attached.
    """
    release = audit.locked(item.release)
    require(actor, "save_probe", release.project)
    require_open(release)
    item = fresh_item(item, release)
    spec = checked_spec(kind, params, conditions, interval_s)
    attached = item.probes.attached().first()
    if attached is not None:
        if attached.spec_digest == spec.digest:
            return attached
        raise Conflict(
            _("“%(title)s” has a probe already. Change that one, or detach it first.")
            % {"title": item.called},
            code="probe_exists",
            probe=attached.pk,
        )
    moment = audit.moment(release)
    probe = Probe.objects.create(
        item=item, attached_at=moment, next_run_at=moment, **spec_fields(spec)
    )
    record_item_change(item, "probe.attached", actor=actor, data=spec_data(probe))
    return probe


@operation
def change_probe(
    probe: Probe,
    *,
    actor: Actor,
    params: Mapping[str, Any],
    conditions: Sequence[Mapping[str, Any]] = (),
    interval_s: int = 60,
) -> Probe:
    """Give a probe another specification. It starts anew: an edited probe inherits no old pass.

    The same specification again changes nothing. Raises NotVisible, NotAllowed, ReleaseClosed;
    Invalid for a specification or target that is refused; Conflict if it is detached.
    """
    probe, item = _saved(probe, actor)
    spec = checked_spec(probe.kind, params, conditions, interval_s)
    if probe.detached_at is not None:
        raise Conflict(
            _("This probe of “%(title)s” is detached. Attach another one to the item.")
            % {"title": item.called},
            code="probe_detached",
        )
    if spec.digest == probe.spec_digest:
        return probe
    # Whoever runs it now loses the claim: what they see is of the old specification.
    fields = spec_fields(spec) | UNCLAIMED | _UNJUDGED
    _save(probe, next_run_at=audit.moment(item.release), **fields)
    record_item_change(item, "probe.changed", actor=actor, data=spec_data(probe))
    return probe


@operation
def detach_probe(probe: Probe, *, actor: Actor) -> Probe:
    """Take a probe off its item; what it saw stays. Detaching twice changes nothing.

    Raises NotVisible, NotAllowed, ReleaseClosed.
    """
    probe, item = _saved(probe, actor)
    if probe.detached_at is not None:
        return probe
    _save(probe, detached_at=audit.moment(item.release), next_run_at=None, **UNCLAIMED)
    record_item_change(item, "probe.detached", actor=actor, data={"probe": probe.pk})
    return probe


@operation
def run_probe_now(probe: Probe, *, actor: Actor) -> Probe:
    """Make a probe due at once. No event: nothing is decided until it has looked.

    Raises NotVisible, NotAllowed, ReleaseClosed; Conflict if it is detached, or if it was asked
    less than RUN_NOW_EVERY ago.
    """
    probe = Probe.objects.select_related("item__release__project").get(pk=probe.pk)
    release = probe.item.release
    require(actor, "run_probe", release.project)
    require_open(release)
    now = timezone.now()
    long_ago = Q(requested_at=None) | Q(requested_at__lte=now - RUN_NOW_EVERY)
    asked = Probe.objects.attached().filter(long_ago, pk=probe.pk)
    # One statement decides, so that of two clicks at once only one counts.
    if not asked.update(requested_at=now, next_run_at=now):
        if probe.detached_at is not None:
            raise Conflict(
                _("This probe is detached. Attach another one to the item."), code="probe_detached"
            )
        seconds = int(RUN_NOW_EVERY.total_seconds())
        raise Conflict(
            _(
                "This probe was asked to run less than %(seconds)s seconds ago. Its "
                "answer is coming."
            )
            % {"seconds": seconds},
            code="too_soon",
            retry_after=seconds,
        )
    announce([release.pk])
    probe.refresh_from_db()
    return probe


def attach_again(item: Item, probe_id: int, *, actor: Actor) -> Probe:
    """Attach a probe of an earlier release as it is; it looks at once. Part of carrying an answer:
    the caller holds the locks and has checked its specification.
    """
    same = Probe.objects.get(pk=probe_id)
    moment = audit.moment(item.release)
    again = Probe.objects.create(
        item=item,
        attached_at=moment,
        next_run_at=moment,
        **{name: getattr(same, name) for name in _SPEC},
    )
    record_item_change(item, "probe.attached", actor=actor, data=spec_data(again))
    return again


def is_attachable(probe: Probe) -> bool:
    """Whether the probe's specification would be accepted today, under the operator's policy."""
    try:
        spec = checked_spec(probe.kind, probe.params, probe.conditions, probe.interval_s)
    except Refused:
        return False
    return spec.digest == probe.spec_digest


def announce(release_ids: Sequence[int]) -> None:
    """Tell the pages of these releases, without an event, that a probe moved. In a transaction."""
    # In order, one by one: two workers announcing the same releases must not wait in a circle.
    for pk in sorted(set(release_ids)):
        Release.objects.filter(pk=pk).update(probe_rev=F("probe_rev") + 1)
        transaction.on_commit(partial(live.wake, f"release:{pk}"))


def _saved(probe: Probe, actor: Actor) -> tuple[Probe, Item]:
    """The probe and its item, read under the release's lock, if the actor may save it now."""
    item = Item.objects.select_related("release").get(pk=probe.item_id)
    release = audit.locked(item.release)
    require(actor, "save_probe", release.project)
    require_open(release)
    return Probe.objects.select_for_update().get(pk=probe.pk), fresh_item(item, release)


def checked_spec(
    kind: str,
    params: Mapping[str, Any],
    conditions: Sequence[Mapping[str, Any]],
    interval_s: int,
) -> ProbeSpec:
    """The specification, held against the operator's policy. Raises Invalid."""
    spec = ProbeSpec.parse(kind, params, list(conditions), interval_s)
    spec.check(operators_policy())
    return spec


def spec_fields(spec: ProbeSpec) -> dict[str, Any]:
    """The columns of a probe that hold its specification."""
    return {
        "kind": spec.kind.name,
        "params": spec.params_json(),
        "conditions": spec.conditions_json(),
        "interval_s": spec.interval_s,
        "spec_digest": spec.digest,
    }


def spec_data(probe: Probe) -> dict[str, Any]:
    """What events say of a probe."""
    return {
        "probe": probe.pk,
        "kind": probe.kind,
        "spec_digest": probe.spec_digest,
        "interval_s": probe.interval_s,
    }


def _save(probe: Probe, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(probe, name, value)
    probe.save(update_fields=list(fields))
