"""Moving a checklist of an open release to a newer version: what is shown is what is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible, ReleaseClosed
from checklists.formats.tree import SignoffRule
from checklists.models import AuditEvent, Item, Release, Waiver
from checklists.operations import (
    deployments,
    evidence,
    items,
    one_off,
    planning,
    probes,
    releases,
    waivers,
)
from checklists.operations.upgrading import upgrade_checklist
from tests.checklist_data import TARGET, item_of, open_small_release, publish, small_tree, tiny_tree
from tests.operations.nothing import changes_nothing
from tests.overlay_data import add_version, changed_item, eu_tree, small_with
from tests.upgrade_data import item_state, preview, upgrade

pytestmark = pytest.mark.django_db

REASON = "Because the test needs a reason of some length."


def act(person) -> Actor:
    return Actor.of_person(person)


@pytest.fixture
def small(cast):
    return publish(small_tree(), published_by=cast.marta)


@pytest.fixture
def release(cast, small) -> Release:
    return open_small_release(cast, template=small)


def keys(steps):
    return [(step.item.key if step.item else step.plan.key).rsplit("/")[-1] for step in steps]


def test_three_groups_and_the_new_ones(cast, small, release):
    tree = small_with("configure-cdn", na_allowed=False, condition="")
    tree = changed_item(tree, "audit-access", title=None)
    add_version(small, replace(tree, sections=(*tree.sections, *tiny_tree().sections)))
    steps = preview(release).steps
    assert keys(steps.kept) == ["configure-dns", "rotate-secrets", "review-logs"]
    assert keys(steps.changed) == ["configure-cdn"]
    assert steps.changed[0].why == ("condition", "na_allowed")
    assert keys(steps.removed) == ["audit-access"]
    assert keys(steps.added) == ["write-notes"]
    upgrade(release, cast)
    state = current_state(release)
    assert [(i.number, i.key.rsplit("/")[-1]) for i in state.items] == [
        ("1.1.1", "configure-dns"),
        ("1.1.2", "configure-cdn"),
        ("2.1.1", "rotate-secrets"),
        ("3.1.1", "review-logs"),
        ("4.1.1", "write-notes"),
    ]
    assert verify_release(release).is_clean


def test_an_answer_stays_while_what_was_asked_is_the_same(cast, small, release):
    items.tick_item(item_of(release, "configure-dns"), actor=act(cast.priya), reason="Looked.")
    add_version(small, replace(small_tree(), sections=tuple(reversed(small_tree().sections))))
    before = item_state(release, "configure-dns")
    upgrade(release, cast)
    after = item_state(release, "configure-dns")
    assert after == replace(before, position=4, number="3.1.1", version=before.version + 1)
    assert verify_release(release).is_clean


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Configure DNS twice"},
        {"guidance": "Look at both zones."},
        {"requirement": "should"},
        {"stage": "close"},
        {"na_allowed": True},
        {"condition": "if needed"},
        {"evidence_required": True},
        {"evidence_required": True, "evidence_kind": "link"},
        {"justification_required": True},
        {"valid_for": "30d"},
    ],
)
def test_an_answer_to_another_question_is_asked_again(cast, small, release, change):
    item = items.tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    add_version(small, small_with("configure-dns", **change))
    upgrade(release, cast)
    after = item_state(release, "configure-dns")
    assert (after.answer, after.answered_by, after.answered_at) == ("open", None, None)
    assert after.decided_seq == current_state(release).seq
    assert after.id == item.pk
    assert verify_release(release).is_clean


@pytest.mark.parametrize("change", [{"due": "T-5d"}, {"owner_role": "security"}])
def test_when_and_by_whom_asks_nothing_again(cast, small, release, change):
    items.tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    add_version(small, small_with("configure-dns", **change))
    upgrade(release, cast)
    assert item_state(release, "configure-dns").answer == "done"
    assert verify_release(release).is_clean


def test_a_due_date_follows_unless_somebody_set_another(cast, small, release):
    rotate = item_of(release, "rotate-secrets")
    planning.set_item_due(rotate, actor=act(cast.priya), due="T-9d")
    tree = changed_item(small_with("configure-dns", due="T-5d"), "rotate-secrets", due="T-1d")
    add_version(small, tree)
    upgrade(release, cast)
    dns, rotate = item_state(release, "configure-dns"), item_state(release, "rotate-secrets")
    assert (dns.due_offset, dns.due_at) == ("T-5d", TARGET - timedelta(days=5))
    assert rotate.due_offset == "T-9d"
    assert verify_release(release).is_clean


def test_after_the_target_moved_due_dates_follow_it(cast, small, release):
    target = TARGET + timedelta(days=3)
    releases.set_release_target(release, actor=act(cast.marta), target_at=target)
    add_version(small, small_with("configure-dns", due="T-5d"))
    upgrade(release, cast)
    assert item_state(release, "configure-dns").due_at == target - timedelta(days=5)
    assert verify_release(release).is_clean


def test_what_hangs_on_a_changed_item_stays_and_its_waiver_ends(cast, small, release):
    dns = item_of(release, "configure-dns")
    planning.comment_item(dns, actor=act(cast.priya), text="Half done.")
    planning.assign_item(dns, actor=act(cast.priya), to=cast.priya)
    evidence.attach_evidence(dns, actor=act(cast.priya), kind="text", content="dig +short")
    end = timezone.now() + timedelta(days=9)
    waiver = waivers.request_waiver(dns, actor=act(cast.priya), reason=REASON, expires_at=end)
    waivers.approve_waiver(waiver, actor=act(cast.marta))
    waivers.request_waiver(dns, actor=act(cast.priya), reason=REASON, expires_at=end)
    attached = probes.attach_probe(
        dns, actor=act(cast.marta), kind="http", params={"url": "https://example.com/"}
    )
    add_version(small, small_with("configure-dns", title="Configure DNS twice"))
    upgrade(release, cast)
    after = item_state(release, "configure-dns")
    assert (len(after.comments), len(after.evidence)) == (1, 1)
    assert after.assignee == cast.priya.pid
    assert after.probe is not None
    assert after.probe.id == attached.pk
    assert after.waiver is None
    assert set(Waiver.objects.values_list("status", "decided_by")) == {("rejected", cast.marta.pk)}
    assert verify_release(release).is_clean


def test_what_is_taken_out_takes_its_probe_along_and_can_come_back(cast, small, release):
    dns = item_of(release, "configure-dns")
    probe = probes.attach_probe(
        dns, actor=act(cast.marta), kind="http", params={"url": "https://example.com/"}
    )
    planning.comment_item(dns, actor=act(cast.priya), text="Half done.")
    dns = items.tick_item(dns, actor=act(cast.priya))
    planning.assign_item(dns, actor=act(cast.priya), to=cast.priya)
    end = timezone.now() + timedelta(days=9)
    waivers.request_waiver(dns, actor=act(cast.priya), reason=REASON, expires_at=end)
    add_version(small, small_with("configure-dns", title=None))
    upgrade(release, cast)
    probe.refresh_from_db()
    assert probe.detached_at is not None
    assert probe.next_run_at is None
    assert "configure-dns" not in {i.key.rsplit("/")[-1] for i in current_state(release).items}
    assert verify_release(release).is_clean
    with changes_nothing(Conflict):
        items.tick_item(dns, actor=act(cast.priya))
    with changes_nothing(Conflict):
        probes.detach_probe(probe, actor=act(cast.marta))

    add_version(small, small_with("configure-dns", owner_role="security"))
    upgrade(release, cast)
    again = item_state(release, "configure-dns")
    assert again.id == dns.pk
    assert (again.answer, again.assignee, again.assignee_role) == ("open", None, "security")
    assert (len(again.comments), again.probe, again.waiver) == (1, None, None)
    assert verify_release(release).is_clean


def test_one_off_items_stay_at_the_end_of_what_is_left_of_their_place(cast, small, release):
    checklist = release.checklists.get()
    own = [
        one_off.add_item(checklist, actor=act(cast.marta), group=group, title="Once")
        for group in ("infrastructure/network", "security/secrets", "security/secrets")
    ]
    items.tick_item(own[0], actor=act(cast.priya))
    tree = small_with("configure-cdn", title=None)
    add_version(small, replace(tree, sections=tree.sections[::2], rules=()))
    steps = preview(release).steps
    assert [step.place["number"] for step in steps.kept if step.place] == [
        "1.1.2",
        "2.1.2",
        "2.1.3",
    ]
    upgrade(release, cast)
    found = {i.id: i for i in current_state(release).items}
    assert found[own[0].pk].answer == "done"
    assert [found[item.pk].number for item in own] == ["1.1.2", "2.1.2", "2.1.3"]
    assert found[own[1].pk].section == "post-deployment"
    assert verify_release(release).is_clean


def test_new_items_start_with_their_role(cast, small, release):
    add_version(
        small, replace(small_tree(), sections=(*small_tree().sections, *tiny_tree().sections))
    )
    add_version(
        small,
        changed_item(
            replace(small_tree(), sections=(*small_tree().sections, *tiny_tree().sections)),
            "write-notes",
            owner_role="security",
        ),
    )
    upgrade(release, cast)
    assert item_state(release, "write-notes").assignee_role == "security"
    assert verify_release(release).is_clean


def test_a_newer_overlay_is_an_upgrade_too(cast, small, release):
    publish(eu_tree(), slug="eu")
    shown = preview(release)
    assert keys(shown.steps.changed) == ["audit-access"]
    assert keys(shown.steps.added) == ["ask-the-officer"]
    upgrade(release, cast)
    (checklist,) = current_state(release).checklists
    assert len(checklist.overlays) == 1
    assert preview(release) is None
    assert verify_release(release).is_clean


def test_the_same_again_records_nothing(cast, small, release):
    add_version(small, small_with("configure-dns", title="Configure DNS twice"))
    upgrade(release, cast)
    before = AuditEvent.objects.count()
    upgrade(release, cast, expected="anything")
    assert AuditEvent.objects.count() == before


def test_what_changed_since_the_preview_is_not_upgraded(cast, small, release):
    add_version(small, small_with("configure-dns", title="Configure DNS twice"))
    digest = preview(release).digest
    items.tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    with changes_nothing(Conflict) as refused:
        upgrade(release, cast, expected=digest)
    assert refused.value.code == "upgrade_changed"
    assert refused.value.details["digest"] == preview(release).digest


def test_a_tick_elsewhere_is_no_reason_to_look_again(cast, small, release):
    add_version(small, small_with("configure-dns", title="Configure DNS twice"))
    digest = preview(release).digest
    items.tick_item(item_of(release, "rotate-secrets"), actor=act(cast.priya))
    upgrade(release, cast, expected=digest)
    assert item_state(release, "rotate-secrets").answer == "done"


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        (replace(small_tree(), rules=(SignoffRule("sre", 1),)), "impossible_quorum"),
        (replace(small_tree(()), sections=small_tree().sections[2:]), "nothing_to_check"),
    ],
)
def test_what_could_not_be_decided_any_more_is_refused(cast, small, release, tree, code):
    add_version(small, tree)
    with changes_nothing(Conflict) as refused:
        upgrade(release, cast)
    assert refused.value.code == code


def test_only_newer_versions_of_the_same_template(cast, small, release):
    first, second = small.newest_published(), add_version(small, small_with("dns", title="X"))
    other = publish(tiny_tree(), slug="other").newest_published()
    upgrade(release, cast)
    for version in (first, other):
        with changes_nothing(Invalid):
            upgrade_checklist(release.checklists.get(), version, actor=act(cast.marta), expected="")
    assert release.checklists.get().template_version == second


@pytest.mark.parametrize("who", ["priya", "sam", "ada", "vic"])
def test_who_may_not_open_releases_may_not_upgrade_them(cast, small, release, who):
    add_version(small, small_with("configure-dns", title="X"))
    with changes_nothing(NotAllowed):
        upgrade(release, cast, actor=act(getattr(cast, who)))


def test_outsiders_see_nothing(cast, small, release):
    add_version(small, small_with("configure-dns", title="X"))
    with changes_nothing(NotVisible):
        upgrade(release, cast, actor=act(cast.mallory))


def test_what_is_over_stays(cast, small, release):
    deployments.abort_release(release, actor=act(cast.marta), reason=REASON)
    add_version(small, small_with("configure-dns", title="X"))
    with changes_nothing(ReleaseClosed):
        upgrade(release, cast)


def test_an_upgrade_is_lost_if_its_event_cannot_be_written(cast, small, release, log_fails):
    add_version(small, small_with("configure-dns", title="X"))
    log_fails()
    with changes_nothing(OSError):
        upgrade(release, cast)


def test_removed_rows_keep_their_answers(cast, small, release):
    item = items.tick_item(item_of(release, "configure-dns"), actor=act(cast.priya))
    add_version(small, small_with("configure-dns", title=None))
    upgrade(release, cast)
    assert Item.objects.get(pk=item.pk).answer == "done"
