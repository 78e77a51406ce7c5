"""What a signature and a deployment rested on is in the log, and must be in the spans as well."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_all, verify_release
from checklists.models import AuditEvent, Item, ProbeSpan, Release
from checklists.operations.deployments import deploy_release
from checklists.operations.items import mark_not_applicable, tick_item
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.state import Meaning
from tests.audit.full_release import full_release
from tests.checklist_data import item_of
from tests.probe_data import attach, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def deployed(cast, release) -> Release:
    """Signed and deployed while a probe of one item passes."""
    priya = Actor.of_person(cast.priya)
    report(attach(item_of(release, "configure-dns"), cast.marta), "P")
    for ending in ("configure-dns", "rotate-secrets", "audit-access"):
        tick_item(item_of(release, ending), actor=priya)
    cdn = item_of(release, "configure-cdn")
    mark_not_applicable(cdn, actor=priya, reason="No static assets in this service.")
    for person, role in ((cast.sam, "security"), (cast.marta, "release-manager")):
        sign_release(
            release,
            actor=Actor.of_person(person),
            role=role,
            meaning=Meaning.APPROVE,
            digest=rule_digest_for(current_state(release), role),
            authenticated_at=timezone.now(),
        )
    deploy_release(release, actor=Actor.of_person(cast.marta))
    return Release.objects.select_related("chain").get(pk=release.pk)


def test_a_deployment_names_the_observations_it_rested_on(deployed):
    span = ProbeSpan.objects.get()
    body = json.loads(AuditEvent.objects.get(action="release.deployed").body)
    [[probe, verdict, at]] = body["data"]["decision"]["observed"]
    assert (probe, verdict) == (span.probe_id, "pass")
    assert at == span.last_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert verify_release(deployed).is_clean


def test_a_span_that_goes_on_after_the_deployment_is_no_tampering(deployed):
    ProbeSpan.objects.update(last_at=timezone.now() + timedelta(minutes=1))
    assert verify_release(deployed).is_clean


@pytest.mark.parametrize(
    "tamper",
    [
        lambda spans: spans.delete(),
        lambda spans: spans.update(first_at=timezone.now() + timedelta(hours=1)),
        lambda spans: spans.update(last_at=timezone.now() - timedelta(hours=1)),
    ],
)
def test_a_span_without_what_was_relied_on_is_found(deployed, tamper):
    tamper(ProbeSpan.objects.all())
    assert "probespan" in {finding.table for finding in verify_release(deployed).findings}


def test_items_that_changed_checklists_between_two_releases_are_found(cast):
    full_release(cast)
    one, two = Item.objects.filter(key__endswith="configure-dns", release__version__lt="2.5.0")
    rows = Item.objects.all()
    rows.filter(pk=two.pk).update(key="elsewhere")
    rows.filter(pk=one.pk).update(checklist=two.checklist)
    rows.filter(pk=two.pk).update(checklist=one.checklist, key=two.key)
    found = {(f.table, f.row, f.field) for f in verify_all().findings}
    assert {("item", one.pk, "checklist_id"), ("item", two.pk, "checklist_id")} <= found
