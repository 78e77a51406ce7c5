"""Two who do things at the same moment: what one does holds for the other, and the log is whole."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.verify import verify_all
from checklists.models import (
    AuditEvent,
    Invitation,
    Membership,
    Person,
    Project,
    Release,
    RoleHolder,
    Signoff,
    Template,
    Waiver,
)
from checklists.operations.invitations import invite_person
from checklists.operations.items import tick_item
from checklists.operations.projects import set_waiver_budget
from checklists.operations.waivers import request_waiver
from tests.audit.full_release import log_rows_of_factories
from tests.cast import Cast, make_cast
from tests.checklist_data import item_of, open_small_release, publish, small_tree
from tests.factories import MembershipFactory, PersonFactory
from tests.probe_data import attach, report

WHY = "The provider's protection starts at the end of the month."


@pytest.fixture
def world(committed_db):
    cast = make_cast()
    template = publish(small_tree())
    MembershipFactory(project=cast.project, person=cast.root, role="owner")
    PersonFactory(name="Second Owner", email="second@example.com", is_owner=True)
    log_rows_of_factories()
    return committed_db, cast, open_small_release(cast, template=template)


def together(database, *deeds: tuple[object, ...]) -> list[str]:
    """How each of the deeds ended, all begun at the same moment."""
    begun = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.processes.at_once", *map(str, deed)],
            env=database.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for deed in deeds
    ]
    for process in begun:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in begun:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in begun]
    assert [err for _, err in said] == [""] * len(begun)
    assert [str(finding) for finding in verify_all().findings] == []
    return [out.strip() for out, _ in said]


def actions(release: Release) -> Counter:
    return Counter(
        AuditEvent.objects.filter(chain__release=release).values_list("action", flat=True)
    )


def asked(cast: Cast, release: Release) -> Waiver:
    return request_waiver(
        item_of(release, "rotate-secrets"),
        actor=Actor.of_person(cast.priya),
        reason=WHY,
        expires_at=timezone.now() + timedelta(days=30),
    )


def test_a_waiver_is_approved_once(world):
    database, cast, release = world
    pk = asked(cast, release).pk
    deed = ("approve", cast.marta.pk, pk)
    assert together(database, deed, deed, deed) == ["done"] * 3
    assert actions(release)["waiver.approved"] == 1


def test_a_waiver_that_is_approved_rejected_and_withdrawn_at_once_ends_turned_down(world):
    database, cast, release = world
    waiver = asked(cast, release)
    together(
        database,
        ("approve", cast.marta.pk, waiver.pk),
        ("reject", cast.sam.pk, waiver.pk),
        ("withdraw", cast.priya.pk, waiver.pk),
    )
    waiver.refresh_from_db()
    assert waiver.status in ("rejected", "withdrawn")


def test_two_waivers_of_two_releases_at_once_do_not_exceed_the_budget(world):
    database, cast, release = world
    set_waiver_budget(cast.project, 1, actor=Actor.of_person(cast.olga))
    other = open_small_release(cast, "2.5.0", Template.objects.get(slug="small"))
    one, two = asked(cast, release), asked(cast, other)
    said = together(
        database, ("approve", cast.marta.pk, one.pk), ("approve", cast.marta.pk, two.pk)
    )
    assert sorted(said) == ["done", "waiver_budget_spent"]


def test_answers_carried_by_two_at_once_are_carried_once(world):
    database, cast, release = world
    before = item_of(release, "rotate-secrets")
    tick_item(before, actor=Actor.of_person(cast.priya))
    report(attach(before, cast.marta), "PP")
    new = open_small_release(cast, "2.5.0", Template.objects.get(slug="small"))
    carry = ("carry", cast.marta.pk, new.pk, release.pk)
    # The third goes the other way round: both lock the older release first.
    back = ("carry", cast.marta.pk, release.pk, new.pk)
    assert together(database, carry, back, carry) == ["done"] * 3
    assert actions(new)["item.carried"] == 1


def test_two_signatures_of_one_person_at_once_count_once(world):
    database, cast, release = world
    deed = ("sign", cast.sam.pk, release.pk, "security")
    together(database, deed, deed)
    assert Signoff.objects.filter(release=release).count() == 2
    assert actions(release)["signoff.signed"] == 2


def test_one_version_is_opened_once(world):
    database, cast, _ = world
    deed = ("open", cast.marta.pk, cast.project.pk, "9.9.9")
    assert sorted(together(database, deed, deed, deed)) == [
        "done",
        "release_exists",
        "release_exists",
    ]
    assert Release.objects.filter(version="9.9.9").count() == 1


def test_one_invitation_is_accepted_once(world):
    database, cast, _ = world
    _, secret = invite_person(
        cast.project, "mallory@example.com", "viewer", actor=Actor.of_person(cast.olga)
    )
    deed = ("accept", cast.mallory.pk, f"{secret}")
    assert sorted(together(database, deed, deed, deed))[0] == "done"
    assert Membership.objects.filter(project=cast.project, person=cast.mallory).count() == 1
    assert Invitation.objects.get().accepted_by == cast.mallory


def test_a_tick_and_the_end_of_the_release_at_once_leave_one_order(world):
    database, cast, release = world
    item = item_of(release, "configure-dns")
    said = together(
        database, ("tick", cast.priya.pk, item.pk), ("abort", cast.marta.pk, release.pk)
    )
    assert said[1] == "done"
    assert said[0] in ("done", "release_closed")
    last = AuditEvent.objects.filter(chain__release=release).latest("seq")
    assert last.action == "release.aborted"


def test_two_owners_cannot_both_leave_at_once(world):
    database, cast, _ = world
    olga = Membership.objects.get(project=cast.project, person=cast.olga)
    root = Membership.objects.get(project=cast.project, person=cast.root)
    together(database, ("demote", cast.olga.pk, root.pk), ("demote", cast.root.pk, olga.pk))
    assert Membership.objects.filter(project=cast.project, role="owner").count() == 1


def test_two_owners_of_the_installation_cannot_both_be_shut_out_at_once(world):
    database, cast, _ = world
    second = Person.objects.get(email="second@example.com")
    together(
        database, ("deactivate", cast.root.pk, second.pk), ("deactivate", second.pk, cast.root.pk)
    )
    assert Person.objects.filter(is_owner=True, is_active=True).count() == 1


def test_a_signature_and_the_loss_of_the_role_at_once(world):
    database, cast, release = world
    holder = RoleHolder.objects.get(person=cast.sam)
    said = together(
        database,
        ("sign", cast.sam.pk, release.pk, "security"),
        ("unhold", cast.olga.pk, holder.pk),
    )
    assert said[1] == "done"
    assert said[0] in ("done", "not_a_holder")


def test_a_deployment_and_an_untick_at_once_never_deploy_what_is_open(world):
    database, cast, release = world
    for ending in ("configure-dns", "configure-cdn", "rotate-secrets", "audit-access"):
        tick_item(item_of(release, ending), actor=Actor.of_person(cast.priya))
    together(
        database,
        ("sign", cast.sam.pk, release.pk, "security"),
        ("sign", cast.marta.pk, release.pk, "release-manager"),
    )
    dns = item_of(release, "configure-dns")
    said = together(
        database, ("deploy", cast.marta.pk, release.pk), ("untick", cast.priya.pk, dns.pk)
    )
    seen = list(
        AuditEvent.objects.filter(chain__release=release)
        .filter(action__in=("item.unticked", "release.deployed"))
        .order_by("seq")
        .values_list("action", flat=True)
    )
    assert seen == (
        ["release.deployed", "item.unticked"] if said[0] == "done" else ["item.unticked"]
    )


def test_one_checklist_imported_by_many_at_once_is_one_version(world):
    database, cast, _ = world
    deed = ("import", cast.marta.pk, "# Fresh\n\n## One\n\n### Two\n\n- [ ] Three\n")
    assert together(database, deed, deed, deed) == ["done"] * 3
    assert Template.objects.get(slug="fresh").versions.count() == 1


def test_no_release_is_opened_in_a_project_that_is_put_away_at_once(world):
    database, cast, release = world
    together(database, ("abort", cast.marta.pk, release.pk))
    for _ in range(3):
        together(
            database,
            ("open", cast.marta.pk, cast.project.pk, "8.0.0"),
            ("archive", cast.olga.pk, cast.project.pk),
        )
        project = Project.objects.get(pk=cast.project.pk)
        running = project.releases.filter(status="preparing").exists()
        assert not (running and project.archived_at)
        if running or project.archived_at:
            break
