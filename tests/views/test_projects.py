"""Projects, members and sign-off roles through their pages."""

from __future__ import annotations

import re

import pytest

from checklists.models import Membership, Project, Role, RoleHolder, SignoffRole
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db


def membership(cast, person):
    return Membership.objects.get(project=cast.project, person=person)


def without_token(answer):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)


def test_a_project_one_is_no_member_of_is_as_if_it_were_not_there(cast, client):
    client.force_login(cast.mallory)
    there = client.get("/projects/payments/")
    nowhere = client.get("/projects/nowhere/")
    assert there.status_code == nowhere.status_code == 404
    assert without_token(there) == without_token(nowhere)


def test_the_installations_owner_makes_a_project_and_owns_it(cast, client):
    client.force_login(cast.root)
    answer = client.post("/projects/new/", {"name": "Search", "slug": "search"})
    assert answer.headers["Location"] == "/projects/search/members/"
    assert client.get("/projects/search/members/").status_code == 200
    client.force_login(cast.olga)
    assert client.get("/projects/new/").status_code == 403
    assert client.post("/projects/new/", {"name": "X", "slug": "x"}).status_code == 403


def test_a_slug_in_use_is_said_beside_its_field_and_keeps_what_was_typed(cast, client):
    client.force_login(cast.root)
    answer = client.post("/projects/new/", {"name": "Pay again", "slug": "payments"})
    assert answer.status_code == 422
    assert "There is a project payments already" in answer.text
    assert "Pay again" in answer.text


def test_an_owner_renames_archives_and_restores(cast, client):
    client.force_login(cast.olga)
    client.post("/projects/payments/settings/", {"name": "Money"})
    assert Project.objects.get(slug="payments").name == "Money"
    client.post("/projects/payments/archive/")
    page = client.get("/projects/payments/settings/").text
    assert "Restore Money" in page
    assert client.post("/projects/payments/settings/", {"name": "Other"}).status_code == 422
    client.post("/projects/payments/restore/")
    assert Project.objects.get(slug="payments").archived_at is None


@pytest.mark.parametrize("who", ["vic", "priya", "marta", "ada"])
def test_members_who_do_not_manage_see_the_lists_and_change_nothing(who, cast, client):
    client.force_login(getattr(cast, who))
    before = everything()
    members = client.get("/projects/payments/members/")
    assert "Sam Okafor" in members.text
    assert "sam@example.com" not in members.text
    assert "Invite somebody" not in members.text
    assert client.get("/projects/payments/settings/").status_code == 403
    vic = membership(cast, cast.vic)
    holder = RoleHolder.objects.get(role=cast.security)
    for path, values in (
        ("members/", {"email": "nia@example.com", "role": "viewer"}),
        (f"members/{vic.pk}/role/", {"role": "owner"}),
        (f"members/{vic.pk}/remove/", {}),
        ("roles/", {"name": "Quality"}),
        (f"roles/{cast.security.pk}/retire/", {}),
        (f"roles/{cast.security.pk}/holders/", {"person": cast.priya.pk}),
        (f"holders/{holder.pk}/remove/", {}),
        ("settings/", {"name": "Mine"}),
        ("archive/", {}),
        ("restore/", {}),
    ):
        assert client.post(f"/projects/payments/{path}", values).status_code == 403, path
    after = everything()
    for table in ("Person",):
        before.pop(table), after.pop(table)  # signing in notes when
    assert after == before


def test_an_owner_gives_roles_and_ends_memberships(cast, client):
    client.force_login(cast.olga)
    vic = membership(cast, cast.vic)
    answer = client.post(
        f"/projects/payments/members/{vic.pk}/role/", {"role": "auditor"}, follow=True
    )
    assert "Vic Moreau is auditor now" in answer.text
    client.post(f"/projects/payments/members/{vic.pk}/remove/")
    assert not Membership.objects.filter(pk=vic.pk).exists()
    assert client.post(f"/projects/payments/members/{vic.pk}/remove/").status_code == 404


def test_the_last_owner_reads_why_they_must_stay(cast, client):
    client.force_login(cast.olga)
    mine = membership(cast, cast.olga)
    answer = client.post(f"/projects/payments/members/{mine.pk}/remove/")
    assert answer.status_code == 409
    assert "last owner" in answer.text


def test_a_member_of_another_project_is_not_reached_through_ones_own(cast, client):
    client.force_login(cast.mallory)
    vic = membership(cast, cast.vic)
    assert client.post(f"/projects/ledger/members/{vic.pk}/remove/").status_code == 404
    assert client.post(f"/projects/ledger/roles/{cast.security.pk}/retire/").status_code == 404
    holder = RoleHolder.objects.get(role=cast.security)
    assert client.post(f"/projects/ledger/holders/{holder.pk}/remove/").status_code == 404


def test_an_owner_makes_a_role_and_says_who_holds_it(cast, client):
    client.force_login(cast.olga)
    client.post("/projects/payments/roles/", {"name": "Quality", "slug": ""})
    role = SignoffRole.objects.get(slug="quality")
    client.post(f"/projects/payments/roles/{role.pk}/holders/", {"person": cast.priya.pk})
    page = client.get("/projects/payments/roles/")
    assert "Take away" in page.text
    holder = RoleHolder.objects.get(role=role)
    client.post(f"/projects/payments/holders/{holder.pk}/remove/")
    client.post(f"/projects/payments/roles/{role.pk}/retire/")
    role.refresh_from_db()
    assert role.retired_at is not None


@pytest.mark.parametrize("person", ["", "0", "x", "999999", "-1"])
def test_a_holder_who_is_nobody_here_is_refused_without_saying_who_exists(person, cast, client):
    client.force_login(cast.olga)
    url = f"/projects/payments/roles/{cast.security.pk}/holders/"
    assert client.post(url, {"person": person}).status_code == 422
    outsider = client.post(url, {"person": cast.mallory.pk})
    assert outsider.status_code == 422
    assert "Mallory" not in outsider.text


def test_a_rule_that_cannot_be_met_any_more_is_said_on_the_pages(cast, release, client):
    client.force_login(cast.olga)
    holder = RoleHolder.objects.get(role=cast.security)
    answer = client.post(f"/projects/payments/holders/{holder.pk}/remove/", follow=True)
    assert "needs 1 of security to sign, and nobody can" in answer.text
    assert "nobody can" in client.get("/projects/payments/").text


def test_the_projects_releases_stand_on_its_page(cast, release, client):
    client.force_login(cast.vic)
    page = client.get("/projects/payments/").text
    assert f"/releases/{release.pk}/" in page
    assert release.version in page
    assert 'Running <span class="count t13">1</span>' in page


@pytest.mark.parametrize("releases", [1, 3])
def test_the_members_page_asks_the_same_few_questions(
    releases, cast, client, django_assert_max_num_queries
):
    role = Role.VIEWER
    for number in range(releases * 5):
        person = type(cast.vic).objects.create(
            email=f"m{number}@example.com", joined_at=cast.vic.joined_at
        )
        Membership.objects.create(project=cast.project, person=person, role=role)
    client.force_login(cast.olga)
    with django_assert_max_num_queries(9):
        client.get("/projects/payments/members/")
