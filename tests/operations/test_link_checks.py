"""Linked documents: looked at through the guard, once a day or sooner, and never decided upon."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.models import Evidence, LinkCheck, Release
from checklists.operations.deployments import abort_release
from checklists.operations.evidence import attach_evidence, withdraw_evidence
from checklists.operations.link_checks import LEASE, claim_links, look_at, look_at_due_links
from checklists.pages.evidence_lines import link_line
from tests.checklist_data import item_of
from tests.operations.nothing import everything
from tests.probes.servers import Server, answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(release, priya):
    def attach(url: str, **options) -> Evidence:
        return attach_evidence(
            item_of(release, "configure-dns"),
            actor=Actor.of_person(priya),
            kind=Evidence.Kind.LINK,
            content=url,
            **options,
        )

    return attach


@pytest.fixture
def allowed(settings):
    def allow(server: Server) -> str:
        settings.PROBE_ALLOWED = (f"127.0.0.1/32:{server.port}",)
        return server.url

    return allow


def later(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def test_a_link_that_answers_is_alive_and_looked_at_again_in_a_day(link, allowed):
    with Server(answer()) as server:
        evidence = link(allowed(server))
        assert look_at_due_links() == 1
        check = LinkCheck.objects.get(evidence=evidence)
        assert (check.alive, check.http_status, check.fault) == (True, 200, "")
        assert server.heads[0].startswith(b"HEAD ")
        assert b"cookie" not in server.heads[0].lower()
        ahead = check.next_check_at - timezone.now()
        assert timedelta(hours=21) < ahead < timedelta(hours=27)
        assert look_at_due_links() == 0
        with later(hours=28):
            assert look_at_due_links() == 1


def test_a_document_that_is_gone_is_dead_since_then_and_looked_at_sooner(link, allowed):
    with Server(answer(404)) as server:
        evidence = link(allowed(server))
        look_at_due_links()
        first = LinkCheck.objects.get(evidence=evidence)
        assert (first.alive, first.http_status) == (False, 404)
        assert server.accepted == 2, "HEAD may be refused where GET is not"
        assert first.next_check_at - timezone.now() < timedelta(minutes=20)
        with later(hours=6):
            look_at_due_links()
            second = LinkCheck.objects.get(evidence=evidence)
            assert second.since == first.since
            assert second.checked_at > first.checked_at
            ahead = second.next_check_at - timezone.now()
            assert timedelta(hours=5) < ahead < timedelta(hours=7)
    said = link_line(second, second.checked_at)
    assert said.said.startswith("404, since ")
    assert said.css == "st-failed"


def test_who_refuses_head_may_still_answer_get(link, allowed):
    def picky(connection, head):
        status = b"405 Method Not Allowed" if head.startswith(b"HEAD") else b"200 OK"
        connection.sendall(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n")

    with Server(picky) as server:
        link(allowed(server))
        look_at_due_links()
    assert LinkCheck.objects.get().alive is True


def test_who_asks_for_a_name_is_there(link, allowed):
    with Server(answer(403)) as server:
        link(allowed(server))
        look_at_due_links()
    check = LinkCheck.objects.get()
    assert (check.alive, check.http_status) == (True, 403)
    assert link_line(check, timezone.now()).said == "there, and asks who you are"


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://127.0.0.1:8000/", "address"),
        ("http://169.254.169.254/latest/meta-data/", "metadata"),
        ("http://10.0.0.7/wiki", "address"),
        ("http://localhost/admin", "denied-host"),
        ("http://example.com:22/", "port"),
        ("http://example.com/" + "x" * 3000, "url"),
    ],
)
def test_inside_addresses_are_not_looked_at_and_are_not_called_dead(url, fault, link, settings):
    settings.PROBE_ALLOWED = ()
    link(url)
    look_at_due_links()
    check = LinkCheck.objects.get()
    assert (check.alive, check.fault, check.http_status) == (None, fault, None)
    assert "cannot be looked at from here" in link_line(check, timezone.now()).said


def test_a_redirect_to_an_inside_address_is_not_followed(link, allowed, settings):
    def lures(connection, head):
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.2:80/\r\ncontent-length: 0\r\n\r\n"
        )

    with Server(lures) as server:
        link(allowed(server))
        look_at_due_links()
    check = LinkCheck.objects.get()
    assert (check.alive, check.fault) == (None, "address")


def test_nothing_listens(link, allowed):
    with Server(answer()) as server:
        url = allowed(server)
    link(url)
    look_at_due_links()
    assert LinkCheck.objects.get().alive is False


def test_the_operator_switches_it_off(link, allowed, settings):
    settings.EVIDENCE_LINKS_CHECKED = False
    with Server(answer()) as server:
        link(allowed(server))
        assert look_at_due_links() == 0
        assert server.accepted == 0
    assert not LinkCheck.objects.exists()


def test_withdrawn_and_replaced_links_and_those_of_releases_that_are_over_rest(
    link, release, priya, marta, settings
):
    actor = Actor.of_person(priya)
    withdraw_evidence(link("https://a.example/"), actor=actor, reason="Wrong one.")
    newest = link("https://b.example/2", replaces=link("https://b.example/1"))
    assert [claim.url for claim in claim_links(timezone.now())] == ["https://b.example/2"]
    abort_release(release, actor=Actor.of_person(marta), reason="Not this one, after all.")
    assert claim_links(timezone.now() + timedelta(days=2)) == []
    assert LinkCheck.objects.get().evidence == newest


def test_a_claim_is_nobody_elses_until_its_lease_is_over(link):
    link("https://a.example/")
    now = timezone.now()
    assert len(claim_links(now)) == 1
    assert claim_links(now) == []
    assert len(claim_links(now + LEASE + timedelta(seconds=1))) == 1


def test_who_comes_after_the_lease_has_no_say(link, allowed):
    with Server(answer()) as server:
        link(allowed(server))
        late = claim_links(timezone.now())
        claim_links(timezone.now() + LEASE * 2)
        assert look_at(late) == 1
    assert LinkCheck.objects.get().alive is None


def test_looking_changes_nothing_that_anything_rests_on(link, allowed, release):
    with Server(answer()) as server:
        link(allowed(server))
        before, state = everything(), current_state(Release.objects.get(pk=release.pk))
        look_at_due_links()
    after = everything()
    assert current_state(Release.objects.get(pk=release.pk)) == state
    assert {name for name in after if after[name] != before[name]} == {"LinkCheck"}
