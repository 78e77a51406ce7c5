"""Which forms the detail of an item offers for its waivers, and to whom."""

from __future__ import annotations

import pytest

from checklists.actors import Actor
from checklists.operations.items import tick_item
from checklists.operations.probes import attach_probe
from checklists.operations.waivers import approve_waiver, request_waiver
from tests.checklist_data import TARGET, item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dns(release):
    return item_of(release, "configure-dns")


@pytest.fixture
def asked(cast, dns):
    return request_waiver(
        dns,
        actor=Actor.of_person(cast.priya),
        reason="The old zone stays for a month.",
        expires_at=TARGET.replace(year=2027),
    )


@pytest.fixture
def forms(client, dns):
    """The addresses that the detail of the item posts to, for somebody."""

    def seen_by(person):
        client.force_login(person)
        page = client.get(f"/items/{dns.pk}/").text
        return {word for word in ("approve", "reject", "withdraw") if f"/{word}/" in page}

    return seen_by


def test_who_asked_may_withdraw_and_others_decide(cast, asked, forms):
    assert forms(cast.priya) == {"withdraw"}
    assert forms(cast.marta) == {"approve", "reject"}


def test_an_approved_waiver_can_be_ended(cast, asked, forms):
    approve_waiver(asked, actor=Actor.of_person(cast.marta))
    assert forms(cast.priya) == {"withdraw"}
    assert forms(cast.marta) == {"reject"}


def test_a_waiver_can_be_asked_for_what_is_done_but_not_seen_to_pass(cast, dns, client):
    client.force_login(cast.priya)
    form = f'action="/items/{dns.pk}/waivers/"'
    assert form in client.get(f"/items/{dns.pk}/").text
    tick_item(dns, actor=Actor.of_person(cast.priya))
    assert form not in client.get(f"/items/{dns.pk}/").text
    attach_probe(
        dns, actor=Actor.of_person(cast.marta), kind="tls", params={"host": "dns.example.com"}
    )
    assert form in client.get(f"/items/{dns.pk}/").text


def test_who_may_only_look_reads_the_waivers_and_their_reasons(cast, dns, asked, client):
    client.force_login(cast.ada)
    text = client.get(f"/items/{dns.pk}/").text
    waiver = text[text.index("asked for a waiver until") :]
    assert "The old zone stays for a month." in waiver
    assert 'class="decide"' in text
