"""The history: every action in words, filters, the chain, one event closely, the past gate."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.actors import Actor
from checklists.models import ApiToken, AuditEvent, Disclosable
from checklists.operations.decisions import decide_release
from checklists.operations.items import (
    tick_item,
    untick_item,
)
from checklists.pages.event_names import Names
from checklists.pages.event_words import change_in_words
from checklists.pages.history_filter import KINDS
from checklists.pages.words import GO_WORDS
from checklists.words import ACTION_WORDS
from tests.audit.test_verify import guard_off
from tests.carrying_data import answered, open_lasting
from tests.checklist_data import item_of
from tests.history_story import (
    WHY,
    everything_after_the_deployment,
    everything_before_the_deployment,
)

pytestmark = pytest.mark.django_db


def read(client, release, viewer, /, **query):
    client.force_login(viewer)
    answer = client.get(f"/releases/{release.pk}/history/", query)
    assert answer.status_code == 200
    return answer.text


def events_in(page):
    """The events listed: the sentence and what stands below it, without markup."""
    rows = re.findall(r'<li class="ev.*?</li>', page, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]


def detail_of(page):
    panel = page[page.index('id="event-title"') : page.index('id="past"')]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", panel)).split())


SAID = [
    "Marta Reis opened the release production, 5 items of small, target 15 Jan 2031, 12:00 UTC",
    "Marta Reis moved the target to 16 Jan 2031, 12:00 UTC; 1 due date moved with it",
    "Priya Raman started Rotate secrets 2.1.1, Open to In progress",
    "In progress to Open",
    "Priya Raman ticked Rotate secrets 2.1.1, Open to Done Reason: Rotated on Monday.",
    "Sam Okafor unticked Rotate secrets 2.1.1, Done to Open Reason: The vault is red.",
    f"marked not applicable: Configure CDN 1.1.2, Open to Not applicable Reason: {WHY}",
    "reopened Configure CDN 1.1.2, Not applicable to Open Reason: There are some after all.",
    "assigned Priya Raman: Rotate secrets 2.1.1, Nobody to Priya Raman",
    "2.1.1, Priya Raman to the role Security",
    "2.1.1, to 1 Mar 2027, 09:00 UTC",
    "commented: Rotate secrets 2.1.1 Comment: All but one were easy.",
    "attached evidence: Rotate secrets 2.1.1, A text, seen",
    "Evidence: $ rotate --all",
    "asked for a waiver: Rotate secrets 2.1.1, until",
    "withdrew the waiver: Rotate secrets",
    "rejected the waiver: Rotate secrets",
    "approved the waiver: Rotate secrets 2.1.1, It ends",
    "attached a probe: Configure DNS 1.1.1, HTTP, every minute, specification",
    "The probe now says Pass: Configure DNS 1.1.1, Never to Pass, by what it saw",
    "The probe now says Fail: Configure DNS 1.1.1, Pass to Fail, by what it saw",
    "changed the probe: Configure DNS 1.1.1, HTTP, every minute, specification",
    "detached the probe: Configure DNS 1.1.1",
    "added the item: Tell Legal 2.1.3",
    "took the item out: Tell Legal 2.1.3 Reason: Legal knows.",
    "spoke in the meeting No-go, as Security Said: The vault is red.",
    "signed as Security Over 1 section, digest",
    "Note: Looked at secrets.",
    "withdrew a signature As Security Reason: Too early after all.",
    "withdrew evidence: Rotate secrets",
    "moved a checklist to a newer version 1 asked again, 0 new, 0 taken out, 4 kept",
    "aborted the release Preparing to Aborted Reason: Not this quarter.",
]


def test_every_action_is_said_in_words_with_what_it_changed(cast, release, client):
    everything_before_the_deployment(cast, release)
    said = " | ".join(events_in(read(client, release, cast.ada)))
    assert [words for words in SAID if words not in said] == []
    closed, rolled_back = everything_after_the_deployment(cast)
    live = " | ".join(events_in(read(client, closed, cast.ada)))
    assert "marked the release deployed Preparing to Deployed; the gate said go, with" in live
    assert "closed the release Deployed to Closed; the gate said go, with 0 exceptions" in live
    taken = " | ".join(events_in(read(client, rolled_back, cast.ada)))
    assert "rolled the release back Deployed to Rolled back Reason: Errors doubled." in taken
    open_lasting(cast, "7.1.0", carry_from=answered(cast, "7.0.0"), sample=50)
    # An action that is new must be added to this story.
    recorded = AuditEvent.objects.exclude(chain__release=None).values_list("action", flat=True)
    assert set(recorded) == set(ACTION_WORDS)


def test_every_event_opens_and_its_change_is_found_by_replaying(cast, release, client):
    everything_before_the_deployment(cast, release)
    for event in AuditEvent.objects.filter(chain__release=release):
        detail = detail_of(read(client, release, cast.ada, event=event.seq))
        assert "The hashes fit" in detail
        assert event.hash[:8] in detail
        assert "Nothing that people see." not in detail, event.action


def test_the_detail_says_before_and_after(cast, release, client):
    everything_before_the_deployment(cast, release)
    events = AuditEvent.objects.filter(chain__release=release).order_by("-seq")
    seqs = dict(events.values_list("action", "seq"))
    target = detail_of(read(client, release, cast.ada, event=seqs["release.target_set"]))
    assert "Target: 15 Jan 2031, 12:00 UTC Target: 16 Jan 2031, 12:00 UTC" in target
    assert "Due: 13 Jan 2031, 12:00 UTC Due: 14 Jan 2031, 12:00 UTC" in target
    unticked = detail_of(read(client, release, cast.ada, event=seqs["item.unticked"]))
    assert "Answer: Done Answer: Open" in unticked
    assert "Answered by: Priya Raman Answered by: none" in unticked
    assert "Reason: Rotated on Monday. Reason: none" in unticked
    flipped = detail_of(read(client, release, cast.ada, event=seqs["probe.flipped"]))
    assert "Verdict: Never Verdict: Pass" in flipped
    withdrawn = detail_of(read(client, release, cast.ada, event=seqs["signoff.withdrawn"]))
    assert "Signature: Stands Signature: Withdrawn" in withdrawn
    opened = detail_of(read(client, release, cast.ada, event=1))
    assert "Checklist: small, 5 items, template" in opened


def test_every_action_is_in_one_kind_of_event():
    kept = [action for _, actions in KINDS.values() for action in actions]
    assert sorted(kept) == sorted(ACTION_WORDS)


def test_what_an_action_changed_is_read_from_its_body_alone(cast, release):
    everything_before_the_deployment(cast, release)
    nobody = Names({}, {}, {}, {}, {}, {})
    for event in AuditEvent.objects.filter(chain__release=release):
        assert isinstance(change_in_words(json.loads(event.body), nobody), str)


def test_filters_leave_what_was_asked_for(cast, release, client):
    everything_before_the_deployment(cast, release)
    waivers = events_in(read(client, release, cast.ada, kind="waivers"))
    assert len(waivers) == 6
    both = events_in(read(client, release, cast.ada, kind=["waivers", "comments"]))
    assert len(both) == 7
    by_sam = events_in(read(client, release, cast.ada, who=cast.sam.pid))
    assert all("Sam Okafor" in line for line in by_sam)
    assert len(by_sam) == 5
    of_cdn = events_in(read(client, release, cast.ada, item=item_of(release, "configure-cdn").pk))
    assert len(of_cdn) == 2
    assert len(events_in(read(client, release, cast.ada, q="Configure CDN"))) == 2
    assert len(events_in(read(client, release, cast.ada, q="1.1.2"))) == 2
    head = AuditEvent.objects.filter(chain__release=release).latest("seq")
    assert len(events_in(read(client, release, cast.ada, since=head.seq - 2))) == 2
    assert len(events_in(read(client, release, cast.ada, q=head.hash[:10]))) == 1
    assert events_in(read(client, release, cast.ada, to="2020-01-01")) == []
    today = f"{timezone.now():%Y-%m-%d}"
    everything = {"from": today, "to": today}
    assert len(events_in(read(client, release, cast.ada, **everything))) == head.seq


def test_filters_count_the_events_of_each_kind_and_person(cast, release, client):
    everything_before_the_deployment(cast, release)
    page = read(client, release, cast.ada)
    assert re.search(r'value="waivers">.*?Waivers<span class="count small">6<', page, re.DOTALL)
    assert re.search(rf'value="{cast.sam.pid}">.*?<span class="count small">5<', page, re.DOTALL)


def test_nothing_found_says_so(cast, release, client):
    page = read(client, release, cast.ada, q="no such thing")
    assert "No event matches" in page


@pytest.mark.parametrize(
    "query",
    [
        {"item": "abc", "since": "-4", "before": "x", "event": "99999999999999999999"},
        {"from": "2026-99-99", "to": "yesterday", "kind": "nonsense", "who": "%"},
        {"as_of": "soon"},
        {"as_of": "2026-02-31T10:00"},
        {"q": "\0"},
        {"event": "12345"},
    ],
)
def test_an_address_that_makes_no_sense_is_no_error(query, cast, release, client):
    assert "History" in read(client, release, cast.ada, **query)


def test_older_events_are_one_page_away(cast, release, client):
    item = item_of(release, "rotate-secrets")
    for _ in range(30):
        tick_item(item, actor=Actor.of_person(cast.priya))
        untick_item(item, actor=Actor.of_person(cast.priya))
    first = read(client, release, cast.ada)
    assert len(events_in(first)) == 50
    assert 'href="?before=12"' in first
    second = read(client, release, cast.ada, before=12)
    assert len(events_in(second)) == 11
    assert "Show older events" not in second


def test_the_number_of_queries_does_not_grow_with_events(cast, release, client):
    item = item_of(release, "rotate-secrets")
    numbers = []
    for _ in range(2):
        for _ in range(8):
            tick_item(item, actor=Actor.of_person(cast.priya), reason="Seen.")
            untick_item(item, actor=Actor.of_person(cast.sam))
        read(client, release, cast.ada)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/releases/{release.pk}/history/?event=2")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 22


def test_erased_words_are_said_to_be_erased(cast, release, client):
    tick_item(
        item_of(release, "rotate-secrets"), actor=Actor.of_person(cast.priya), reason="My secret."
    )
    Disclosable.objects.filter(value="My secret.").delete()
    (newest, _) = events_in(read(client, release, cast.ada))
    assert "Reason: The words were erased." in newest


def test_a_token_is_named_as_the_way_it_came(cast, release, client):
    token = ApiToken.objects.create(
        public_id="abcdef123456",
        secret_hash="0" * 64,
        name="pipeline",
        person=cast.priya,
        project=cast.project,
        scopes="items,read",
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    tick_item(item_of(release, "rotate-secrets"), actor=Actor.of_token(token))
    (newest, _) = events_in(read(client, release, cast.ada))
    assert "Priya Raman ticked Rotate secrets" in newest
    assert "with the token pipeline (abcdef123456)" in newest


def test_the_badge_names_the_head_of_a_chain_that_holds(cast, release, client):
    page = read(client, release, cast.vic)
    release.chain.refresh_from_db()
    assert "Chain verified" in page
    assert f'title="{release.chain.head_hash}"' in page


def test_an_event_changed_by_sql_breaks_the_chain_on_the_page(cast, release, client):
    tick_item(item_of(release, "rotate-secrets"), actor=Actor.of_person(cast.priya))
    with guard_off():
        event = AuditEvent.objects.get(chain__release=release, seq=2)
        forged = event.body.replace('"action":"item.ticked"', '"action":"item.started"')
        AuditEvent.objects.filter(pk=event.pk).update(body=forged)
    page = read(client, release, cast.ada, event=2)
    assert "Chain broken" in page
    assert "does not hold together" in page
    assert "The hashes do not fit" in page


@pytest.mark.parametrize(
    "body", ["not json", "[]", '{"actor": 3}', '{"action": "item.ticked", "actor": {}, "data": {}}']
)
def test_an_event_that_makes_no_sense_is_shown_as_that(body, cast, release, client):
    tick_item(item_of(release, "rotate-secrets"), actor=Actor.of_person(cast.priya))
    with guard_off():
        AuditEvent.objects.filter(chain__release=release, seq=2).update(body=body)
    page = read(client, release, cast.ada, event=2)
    assert "Chain broken" in page
    assert "Somebody wrote an event that cannot be read" in events_in(page)[0]
    assert "The hashes do not fit" in page
    sign = client.get(f"/releases/{release.pk}/sign-off/")
    assert "The gate cannot tell" in sign.text


def test_an_answer_changed_by_sql_is_said_to_differ_from_the_log(cast, release, client):
    item = item_of(release, "rotate-secrets")
    type(item).objects.filter(pk=item.pk).update(title="Something else")
    page = read(client, release, cast.ada)
    assert "Chain broken" in page
    assert "The tables do not hold what the log says" in html.unescape(page)


def test_the_gate_says_what_it_said_then(cast, release, client):
    moments = []
    for ending in ("configure-dns", "rotate-secrets", "audit-access"):
        tick_item(item_of(release, ending), actor=Actor.of_person(cast.priya))
        moments.append((timezone.now(), decide_release(release)))
    for moment, then in moments:
        page = html.unescape(read(client, release, cast.ada, as_of=moment.isoformat()))
        assert f"{GO_WORDS[then.verdict]} for deploy" in page
        assert f"{then.counts['settled']} of {then.counts['items']} settled" in page
        assert all(reason.message in page for reason in then.reasons)


def test_the_gate_of_another_stage_can_be_asked(cast, release, client):
    now = timezone.now().isoformat()
    page = read(client, release, cast.ada, as_of=now, stage="close")
    assert "No-go for close" in page
    assert "The release is not deployed yet" in page


def test_a_moment_before_the_release_or_to_come_has_no_answer(cast, release, client):
    early = read(client, release, cast.ada, as_of="2020-01-01T00:00")
    assert "The release was not open yet at that moment." in early
    late = read(client, release, cast.ada, as_of="2090-01-01T00:00")
    assert "That moment has not come yet." in late


def test_the_page_holds_no_style_and_is_not_shared(cast, release, client):
    client.force_login(cast.vic)
    answer = client.get(f"/releases/{release.pk}/history/?event=1")
    assert "style=" not in answer.text
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}
