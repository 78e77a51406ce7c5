"""Who is here: told when it changed, to everybody who is, and never of a program."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from checklists.actors import Actor
from checklists.models import Release
from checklists.operations.preferences import set_own_presence
from checklists.stream import herald, presence
from checklists.stream.database import DatabaseSource
from checklists.stream.presence import Presence
from checklists.stream.source import Audience, Viewer
from tests.stream.doubles import Client, MemorySource, hub_on, until
from tests.stream.serving import bearer
from tests.stream.test_access import ask
from tests.stream.test_hub import in_loop
from tests.stream.world import make_token, sign_in


@pytest.fixture
def source() -> MemorySource:
    return MemorySource(log={1: [], 2: []})


def person(hub, number: int, **more) -> Client:
    return Client(hub, person=number, headers={"x-shown": "yes"}, **more)


def told(client: Client) -> list[str]:
    """What it was told of who is there, oldest first."""
    return [event.data for event in client.events() if event.event == "presence"]


@in_loop
async def test_who_comes_and_who_leaves_is_told_within_seconds(source):
    hub = hub_on(source)
    one = person(hub, 7)
    await until(lambda: told(one) == ["<p>en: 7</p>"])
    two = person(hub, 8)
    await until(lambda: told(one)[-1] == "<p>en: 7 8</p>")
    await until(lambda: told(two)[-1] == "<p>en: 7 8</p>")
    await two.leave()
    await until(lambda: told(one)[-1] == "<p>en: 7</p>")
    assert all(event.id is None for event in one.events())
    hub.drain()


@in_loop
async def test_who_comes_back_or_opens_a_second_page_is_told_at_once_and_nobody_else_again(source):
    hub = hub_on(source)
    one = person(hub, 7)
    await until(lambda: told(one))
    asked, second = source.asked_who, person(hub, 7)
    await until(lambda: told(second))
    assert second.body.startswith(b":\n\nevent: presence\n")
    await second.leave()
    await asyncio.sleep(1.2)
    assert told(one) == ["<p>en: 7</p>"]
    assert source.asked_who == asked
    hub.drain()


@in_loop
async def test_a_program_is_told_and_never_shown(source):
    hub = hub_on(source)
    program, one = Client(hub, person=9), person(hub, 7)
    await until(lambda: told(program) == ["<p>en: 7</p>"])
    await one.leave()
    await until(lambda: "9" not in "".join(told(program)) and program.body.count(b"presence") == 1)
    hub.drain()


@in_loop
async def test_each_release_and_each_language_is_told_its_own(source):
    hub = hub_on(source)
    here = person(hub, 7)
    there = person(hub, 8, release=2)
    german = person(hub, 9, language="de")
    await until(lambda: told(here)[-1:] == ["<p>en: 7 9</p>"])
    await until(lambda: told(german)[-1:] == ["<p>de: 7 9</p>"])
    assert told(there) == ["<p>en: 8</p>"]
    hub.drain()


@in_loop
async def test_who_does_not_read_is_dropped_and_holds_up_nobody(source):
    hub = hub_on(source)
    stuck = person(hub, 7)
    await until(lambda: told(stuck))
    stuck.reads = False
    one = person(hub, 8)
    await until(lambda: told(one)[-1:] == ["<p>en: 8</p>"], seconds=4)
    assert len(hub) == 1
    hub.drain()


@in_loop
async def test_a_source_that_fails_is_asked_again(source, monkeypatch):
    present, calls = source.present, []

    def fails_once(audience, people):
        calls.append(people)
        if len(calls) == 1:
            raise herald.OperationalError
        return present(audience, people)

    monkeypatch.setattr(source, "present", fails_once)
    hub = hub_on(source)
    one = person(hub, 7)
    await until(lambda: told(one), seconds=4)
    assert len(calls) == 2
    hub.drain()


@in_loop
async def test_a_crowd_costs_a_few_frames_not_one_for_each(source, monkeypatch):
    hub = hub_on(source, streams_per_person=1)
    crowd = [person(hub, number) for number in range(1, 301)]
    await until(lambda: len(hub) == 300 and all(told(one) for one in crowd), seconds=20)
    assert source.asked_who <= 3
    await asyncio.sleep(1.5)
    assert max(len(told(one)) for one in crowd) <= 3
    hub.drain()


class Processes:
    """Two hubs' books of who is there, and the notes between them."""

    def __init__(self) -> None:
        self.books: list[Presence] = []
        self.notes: list[str] = []
        for _ in range(2):
            self.books.append(Presence(self._publish))

    async def _publish(self, note: str) -> None:
        self.notes.append(note)
        for book in self.books:
            book.hear(note)

    async def turn(self) -> list[dict[int, tuple[int, ...]]]:
        told = [dict(book.due()) for book in self.books]
        for book in self.books:
            await book.tell()
        return told


def viewer(number: int, release: int = 1, *, shown: bool = True) -> Viewer:
    return Viewer(number, release, shown=shown)


@pytest.fixture
def clock(monkeypatch) -> Iterator[list[float]]:
    now = [1000.0]
    monkeypatch.setattr(presence.time, "monotonic", lambda: now[0])
    return now


def test_processes_tell_each_other_within_a_turn_or_two(clock):
    async def run() -> None:
        both = Processes()
        left, right = both.books
        left.arrive(viewer(7))
        await both.turn()
        right.arrive(viewer(8, shown=False))
        right.arrive(viewer(9))
        await both.turn()
        await both.turn()
        told = await both.turn()
        left.look_again(), right.look_again()
        told = await both.turn()
        assert told == [{1: (7, 9)}, {1: (9, 7)}]
        right.leave(viewer(9))
        await both.turn()
        assert (await both.turn())[0] == {1: (7,)}

    asyncio.run(run())


def test_a_process_that_died_is_forgotten_and_one_that_lives_is_not(clock):
    async def run() -> None:
        both = Processes()
        left, right = both.books
        left.arrive(viewer(7))
        right.arrive(viewer(9))
        for _ in range(3):
            await both.turn()
        for _ in range(6):
            clock[0] += 10
            await both.turn()
        left.look_again()
        assert dict(left.due()) == {1: (7, 9)}
        both.books.remove(right)
        clock[0] += 31
        assert dict(left.due()) == {1: (7,)}

    asyncio.run(run())


def test_what_is_no_note_does_no_harm(clock, caplog):
    book = Processes().books[0]
    book.arrive(viewer(7))
    for note in ("", "[]", "{", '{"of": "x"}', '{"of": "x", "release": 1, "people": ["y"]}', "7"):
        book.hear(note)
    assert dict(book.due()) == {1: (7,)}


def test_a_release_that_nobody_looks_at_any_more_is_forgotten(clock):
    async def run() -> None:
        both = Processes()
        book = both.books[0]
        for release in range(50):
            book.arrive(viewer(7, release))
        await both.turn()
        for release in range(50):
            book.leave(viewer(7, release))
        await both.turn()
        assert len(book._places) == 0

    asyncio.run(run())


@pytest.mark.django_db
def test_sessions_are_shown_tokens_and_who_wishes_so_are_not(cast, release):
    assert ask(release.pk, sign_in(cast.sam)).shown
    assert not ask(release.pk, bearer(make_token(cast.sam))).shown
    set_own_presence(False, actor=Actor.of_person(cast.sam))
    assert not ask(release.pk, sign_in(cast.sam)).shown


@pytest.mark.django_db
def test_the_frame_names_members_who_wish_to_be_seen(cast, release, django_assert_max_num_queries):
    source, audience = DatabaseSource(), Audience(release.pk, "en")
    people = [person.pk for person in (cast.marta, cast.sam, cast.mallory, cast.dana, cast.vic)]
    html = source.present(audience, people)
    assert "Here now: Marta Reis, Sam Okafor, Vic Moreau" in " ".join(html.split())
    assert "Sam Okafor is here" in html
    assert "Mallory" not in html
    assert "Dana" not in html
    set_own_presence(False, actor=Actor.of_person(cast.sam))
    with django_assert_max_num_queries(4):
        html = source.present(audience, people)
    assert "Sam Okafor is not here" in html
    assert "Here now: Marta Reis, Vic Moreau" in " ".join(html.split())


@pytest.mark.django_db
def test_alone_one_is_not_told_of_oneself(cast, release):
    html = DatabaseSource().present(Audience(release.pk, "en"), [cast.vic.pk])
    assert "Here now" not in html


@pytest.mark.django_db
def test_a_name_cannot_write_the_page(cast, release):
    cast.vic.name = "<b onclick=x>Vic</b>"
    cast.vic.save()
    assert Release.objects.count() == 1
    html = DatabaseSource().present(Audience(release.pk, "en"), [cast.vic.pk, cast.sam.pk])
    assert "<b onclick" not in html


def test_counting_a_thousand_people_is_no_work():
    book = Processes().books[0]
    people = [viewer(number) for number in range(1000)]
    began = time.process_time()
    for one in people:
        book.arrive(one)
    for _ in range(60):
        list(book.due())
    assert time.process_time() - began < 0.5
