"""Attaching, changing and detaching probes, and asking one to run now."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.tables import from_models
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible, ReleaseClosed
from checklists.models import AuditEvent, Probe
from checklists.operations.deployments import abort_release
from checklists.operations.probe_claims import claim_due
from checklists.operations.probe_results import record_results
from checklists.operations.probes import (
    attach_probe,
    change_probe,
    detach_probe,
    operators_policy,
    run_probe_now,
)
from checklists.state import Verdict
from tests.checklist_data import item_of
from tests.operations.nothing import changes_nothing, everything
from tests.probe_data import URL, attach, claim, finished, report, utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(release):
    return item_of(release, "configure-dns")


def act(person) -> Actor:
    return Actor.of_person(person)


def last_body(release) -> dict:
    event = AuditEvent.objects.filter(chain__release=release).latest("seq")
    return json.loads(event.body)


def require_log_and_tables_agree(release) -> None:
    tables, _ = from_models(type(release).objects.select_related("chain").get(pk=release.pk))
    assert current_state(release) == tables


def change(probe, actor, url="http://other.example.org/"):
    return change_probe(probe, actor=actor, params={"url": url})


WRITES = {
    "attach": lambda item, probe, actor: attach_probe(
        item, actor=actor, kind="http", params={"url": "http://third.example.org/"}
    ),
    "change": lambda item, probe, actor: change(probe, actor),
    "detach": lambda item, probe, actor: detach_probe(probe, actor=actor),
}


def prepared(name, release, marta):
    """An item and its probe, as the write needs them."""
    item = item_of(release, "configure-dns")
    return item, None if name == "attach" else attach(item, marta)


def test_an_attached_probe_is_due_at_once_and_in_the_log(release, item, marta):
    probe = attach(item, marta)
    assert probe.next_run_at <= timezone.now()
    assert (probe.confirmed, probe.kind, probe.interval_s) == (None, "http", 60)
    body = last_body(release)
    assert body["action"] == "probe.attached"
    assert body["data"] == {
        "probe": probe.pk,
        "kind": "http",
        "spec_digest": probe.spec_digest,
        "interval_s": 60,
    }
    require_log_and_tables_agree(release)


def test_attaching_changes_what_a_signature_covers(release, item, marta):
    attach(item, marta)
    item.refresh_from_db()
    assert item.decided_seq == last_body(release)["seq"]
    assert item.version == 2


def test_attaching_the_same_probe_again_changes_nothing(item, marta):
    first = attach(item, marta)
    before = everything()
    assert attach(item, marta) == first
    assert everything() == before


def test_an_item_has_one_probe(item, marta):
    attach(item, marta)
    with changes_nothing(Conflict) as refused:
        attach(item, marta, params={"url": "http://other.example.org/"})
    assert refused.value.code == "probe_exists"


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("who", ["priya", "sam", "ada", "vic"])
def test_who_may_not_save_probes_changes_nothing(name, who, release, cast):
    item, probe = prepared(name, release, cast.marta)
    with changes_nothing(NotAllowed):
        WRITES[name](item, probe, act(getattr(cast, who)))


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("who", ["mallory", "dana", "root"])
def test_who_may_not_see_the_project_learns_nothing(name, who, release, cast):
    item, probe = prepared(name, release, cast.marta)
    with changes_nothing(NotVisible):
        WRITES[name](item, probe, act(getattr(cast, who)))


@pytest.mark.parametrize("name", WRITES)
def test_a_change_is_lost_without_its_event(name, release, marta, log_fails):
    item, probe = prepared(name, release, marta)
    log_fails()
    with changes_nothing(OSError):
        WRITES[name](item, probe, act(marta))


@pytest.mark.parametrize("name", WRITES)
def test_a_release_that_is_over_keeps_its_probes(name, release, marta):
    item, probe = prepared(name, release, marta)
    abort_release(release, actor=act(marta), reason="The vendor withdrew the component.")
    with changes_nothing(ReleaseClosed):
        WRITES[name](item, probe, act(marta))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "smtp"}, "probe_kind"),
        ({"params": {}}, "probe_params"),
        ({"params": {"url": "http://127.0.0.1:6379/"}}, "probe_refused"),
        ({"params": {"url": "http://169.254.169.254/"}}, "probe_refused"),
        ({"conditions": [{"fact": "nonsense", "op": "eq", "value": 1}]}, "probe_condition"),
        ({"interval_s": 1}, "probe_interval"),
    ],
)
def test_a_probe_that_cannot_work_is_refused_with_its_reason(item, marta, changes, code):
    with changes_nothing(Invalid) as refused:
        attach(item, marta, **changes)
    assert refused.value.code == code
    assert refused.value.details["field"]


def test_the_operators_list_opens_a_private_address(item, marta, settings):
    settings.PROBE_ALLOWED = ("127.0.0.1/32:8141",)
    attach(item, marta, params={"url": "http://127.0.0.1:8141/"})
    assert operators_policy().opens(8141)


def test_a_changed_probe_starts_anew(release, item, marta):
    probe = report(attach(item, marta), "P")
    assert probe.confirmed == Verdict.PASS
    held = claim(probe)
    changed = change(probe, act(marta))
    assert changed.spec_digest != held.spec_digest
    assert (changed.confirmed, changed.confirmed_at, changed.streak) == (None, None, 0)
    assert (changed.claim_token, changed.lease_until) == ("", None)
    assert changed.next_run_at <= timezone.now()
    assert last_body(release)["action"] == "probe.changed"
    require_log_and_tables_agree(release)


def test_changing_nothing_changes_nothing(item, marta):
    probe = attach(item, marta, conditions=[])
    before = everything()
    change_probe(probe, actor=act(marta), params={"url": URL})
    assert everything() == before


def test_a_detached_probe_rests_and_cannot_be_changed(release, item, marta):
    probe = detach_probe(attach(item, marta), actor=act(marta))
    assert probe.next_run_at is None
    require_log_and_tables_agree(release)
    with changes_nothing(Conflict):
        change(probe, act(marta))
    with changes_nothing(Conflict):
        run_probe_now(probe, actor=act(marta))


def test_detaching_twice_changes_nothing(item, marta):
    probe = detach_probe(attach(item, marta), actor=act(marta))
    before = everything()
    detach_probe(probe, actor=act(marta))
    assert everything() == before


def test_another_probe_may_follow_a_detached_one(release, item, marta):
    detach_probe(attach(item, marta), actor=act(marta))
    second = attach(item, marta)
    assert item.probes.attached().get() == second
    require_log_and_tables_agree(release)


def test_run_now_makes_a_probe_due_without_an_event(release, item, cast):
    probe = report(attach(item, cast.marta), "P")
    Probe.objects.filter(pk=probe.pk).update(next_run_at=timezone.now() + timedelta(hours=1))
    release.refresh_from_db()
    events, revision = AuditEvent.objects.count(), release.probe_rev
    asked = run_probe_now(probe, actor=act(cast.priya))
    assert asked.next_run_at <= timezone.now()
    release.refresh_from_db()
    assert (AuditEvent.objects.count(), release.probe_rev) == (events, revision + 1)


def test_run_now_is_answered_once_in_ten_seconds(item, cast):
    probe = attach(item, cast.marta)
    run_probe_now(probe, actor=act(cast.priya))
    with changes_nothing(Conflict) as refused:
        run_probe_now(probe, actor=act(cast.marta))
    assert (refused.value.code, refused.value.details["retry_after"]) == ("too_soon", 10)
    earlier = timezone.now() - timedelta(seconds=11)
    Probe.objects.filter(pk=probe.pk).update(requested_at=earlier)
    run_probe_now(probe, actor=act(cast.marta))


@pytest.mark.parametrize(
    ("who", "error"),
    [("ada", NotAllowed), ("vic", NotAllowed), ("mallory", NotVisible), ("dana", NotVisible)],
)
def test_who_may_not_run_probes_changes_nothing(who, error, item, cast):
    probe = attach(item, cast.marta)
    with changes_nothing(error):
        run_probe_now(probe, actor=act(getattr(cast, who)))


def test_run_now_of_a_release_that_is_over_is_refused(release, item, marta):
    probe = attach(item, marta)
    abort_release(release, actor=act(marta), reason="The vendor withdrew the component.")
    with changes_nothing(ReleaseClosed):
        run_probe_now(probe, actor=act(marta))


def test_run_now_while_it_runs_runs_it_once_more(item, marta):
    probe = attach(item, marta)
    held = claim(probe)
    run_probe_now(probe, actor=act(marta))
    assert claim_due(utc_now()) == []
    record_results([finished(held, "P")])
    assert [one.probe_id for one in claim_due(utc_now())] == [probe.pk]
