"""Frames of real releases: what a change puts on the page of everybody who has it open."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from checklists.actors import Actor
from checklists.models import Evidence, Item, Person, Release
from checklists.operations.deployments import abort_release
from checklists.operations.evidence import attach_evidence
from checklists.operations.items import tick_item
from checklists.operations.planning import assign_item, comment_item, set_item_due
from checklists.operations.waivers import approve_waiver, request_waiver
from checklists.pages import loading
from checklists.stream import frames
from checklists.stream.channel import Mark
from checklists.stream.database import DatabaseSource
from checklists.stream.source import Audience
from tests.checklist_data import item_of
from tests.probe_data import attach, report
from tests.stream.doubles import Received, parse

pytestmark = pytest.mark.django_db
SOURCE = DatabaseSource()
TEXT = Evidence.Kind.TEXT
REASON = "The network team does it by hand until June."


@pytest.fixture
def dns(release: Release) -> Item:
    return item_of(release, "configure-dns")


def as_(person: Person) -> Actor:
    return Actor.of_person(person)


class Channel:
    """What a hub remembers of a release between two turns."""

    def __init__(self, release: Release, language: str = "en") -> None:
        self.audience = Audience(release.pk, language)
        head, shown = frames.prime(SOURCE, self.audience)
        self.mark = Mark(head, shown)

    def turn(self, *, sweep: bool = False) -> list[Received]:
        """What a turn gives out."""
        asked = Mark(self.mark.head, self.mark.shown, sweep=sweep)
        found, _ = frames.grown(SOURCE, {self.audience: asked})
        if not found:
            return []
        (growth,) = found
        self.mark = Mark(growth.head, growth.shown)
        bodies = [frame.body for frame in growth.frames]
        return parse(b"".join([*bodies, growth.said, growth.fresh]))


def rows_in(html: str) -> set[str]:
    """The ids of the rows that a frame swaps in."""
    return {part.partition('"')[0] for part in html.split('<hx-partial hx-target="#item-')[1:]}


def test_a_tick_is_one_frame_with_its_row_and_the_counters_of_its_section(release, dns, priya):
    channel = Channel(release)
    tick_item(dns, actor=as_(priya))
    frame, note = channel.turn()
    assert (frame.event, frame.id) == ("message", 2)
    assert rows_in(frame.data) == {str(dns.pk)}
    assert 'aria-checked="true"' in frame.data
    assert 'id="count-all"' in frame.data
    assert f'hx-target="#m{dns.pk}"' in frame.data
    assert note.event == "said"
    assert note.data.startswith(f"{priya.pid}\n<hx-partial")
    assert '<strong dir="auto">Priya Raman</strong> ticked' in note.data
    assert channel.turn() == []


def test_a_frame_is_the_same_for_everybody(release, dns, priya):
    channel = Channel(release)
    tick_item(dns, actor=as_(priya))
    html = "".join(frame.data for frame in channel.turn())
    assert "csrf" not in html.lower()
    assert "email" not in html
    assert "example.com" not in html


def test_everything_that_is_done_to_an_item_brings_its_row(release, dns, cast):
    channel = Channel(release)
    waiver = None

    def ask() -> None:
        nonlocal waiver
        end = timezone.now() + timedelta(days=9)
        waiver = request_waiver(dns, actor=as_(cast.priya), reason=REASON, expires_at=end)

    steps = [
        lambda: comment_item(dns, actor=as_(cast.priya), text="Looks right."),
        lambda: assign_item(dns, actor=as_(cast.priya), to=cast.sam),
        lambda: attach_evidence(dns, actor=as_(cast.priya), kind=TEXT, content="dig says so"),
        lambda: attach(dns, cast.marta),
        ask,
        lambda: approve_waiver(waiver, actor=as_(cast.marta)),
    ]
    for step in steps:
        step()
        frame = channel.turn()[0]
        assert (frame.event, rows_in(frame.data)) == ("message", {str(dns.pk)})


def test_the_end_of_a_release_is_a_reason_to_fetch_the_page(release, marta):
    channel = Channel(release)
    abort_release(release, actor=as_(marta), reason="A better build is on its way.")
    assert [(f.event, f.id) for f in channel.turn()] == [("resync", 2)]


def test_a_verdict_comes_as_a_fresh_row_and_once(release, dns, marta):
    probe = attach(dns, marta)
    report(probe, "P")
    channel = Channel(release)
    report(probe, "P")
    fresh, seen = channel.turn()
    assert (fresh.event, fresh.id, rows_in(fresh.data)) == ("fresh", None, {str(dns.pk)})
    assert seen.event == "seen"
    assert channel.turn(sweep=True) == []


def test_a_confirmed_failure_reopens_the_row_by_an_event(release, dns, marta, priya):
    probe = attach(dns, marta)
    report(probe, "PP")
    tick_item(dns, actor=as_(priya))
    channel = Channel(release)
    report(probe, "FFF")
    arrived = channel.turn()
    flips = [frame for frame in arrived if frame.id is not None]
    assert flips
    assert rows_in(flips[-1].data) == {str(dns.pk)}
    assert 'aria-checked="false"' in flips[-1].data


def test_a_deadline_that_passes_reaches_the_page_with_a_sweep(release, dns, marta):
    due = timezone.now() + timedelta(hours=1)
    set_item_due(dns, actor=as_(marta), due=due)
    channel = Channel(release)
    with time_machine.travel(due - timedelta(minutes=1)):
        assert channel.turn(sweep=True) == []
    loading.forget_all()
    with time_machine.travel(due + timedelta(minutes=1)):
        (fresh, _) = channel.turn(sweep=True)
        assert rows_in(fresh.data) == {str(dns.pk)}
        assert "late" in fresh.data
        since = int((due - timedelta(minutes=5)).timestamp() * 1000)
        (caught_up, _) = parse(frames.catch_up(SOURCE, Audience(release.pk), since, 2))
        assert rows_in(caught_up.data) == {str(dns.pk)}


def test_a_burst_keeps_its_numbers_and_tells_of_it_in_one_note(release, priya):
    channel = Channel(release)
    for item in Item.objects.filter(release=release, stage="deploy"):
        tick_item(item, actor=as_(priya))
    *numbered, note = channel.turn()
    assert [frame.id for frame in numbered] == [2, 3, 4, 5]
    assert [bool(frame.data) for frame in numbered] == [False, False, False, True]
    assert len(rows_in(numbered[-1].data)) == 4
    assert "4 changes" in note.data


def test_a_replay_shows_rows_as_they_are_now_and_tells_nothing(release, dns, priya):
    tick_item(dns, actor=as_(priya))
    comment_item(dns, actor=as_(priya), text="Looks right.")
    replayed = parse(frames.replay(SOURCE, Audience(release.pk), 1, 3))
    assert [(frame.event, frame.id) for frame in replayed] == [("message", 2), ("message", 3)]
    assert 'aria-checked="true"' in replayed[-1].data


def test_what_one_turn_asks_does_not_grow_with_the_releases_watched(
    release, django_assert_num_queries
):
    channel = Channel(release)
    with django_assert_num_queries(1):
        assert channel.turn() == []
