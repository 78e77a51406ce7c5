"""Whom a text names with an @, and how the name is marked where the words are shown."""

from __future__ import annotations

import time

import pytest

from checklists.mentions import Named, find, how_to_call, named_in
from checklists.pages.markdown import render_markdown

MARTA = Named("p1", "Marta Reis", "marta@example.com")
OTHER_MARTA = Named("p2", "Marta van Dam", "mvd@example.com")
SAM = Named("p3", "Sam Okafor", "sam@example.com")
SAMANTHA = Named("p4", "Samantha", "samantha@example.com")
NAMELESS = Named("p5", "", "ops.team@example.com")
ALL = (MARTA, OTHER_MARTA, SAM, SAMANTHA, NAMELESS)


@pytest.mark.parametrize(
    ("text", "pids"),
    [
        ("@Sam, please look", ["p3"]),
        ("please look, @SAM OKAFOR.", ["p3"]),
        ("(@sam@example.com)", ["p3"]),
        ("@Samantha is not Sam", ["p4"]),
        ("@Sammy is nobody", []),
        ("@Marta means two", []),
        ("@Marta Reis means one", ["p1"]),
        ("@marta Van and @sam and @sam again", ["p2", "p3"]),
        ("@ops.team", ["p5"]),
        ("mail ops@sam.example or a@sam", []),
        ("@@sam @ sam @", []),
        ("@sam's turn\n@Samantha", ["p3", "p4"]),
    ],
)
def test_a_name_counts_if_it_means_one_person_alone(text, pids):
    assert named_in(text, ALL) == pids


def test_the_place_of_a_name_is_told_with_its_sign():
    (found,) = find("so, @Sam Okafor!", ALL)
    assert ("so, @Sam Okafor!"[found.start : found.end], found.pid) == ("@Sam Okafor", "p3")


def test_one_letter_is_not_enough():
    assert named_in("@X", [Named("p1", "X", "xavier@example.com")]) == []


def test_what_to_write_means_its_person_and_nobody_else():
    twins = [*ALL, Named("p6", "Sam Okafor", "sokafor@example.com")]
    calls = how_to_call(twins)
    assert calls["p1"] == "Marta Reis"
    assert calls["p6"] == "sokafor"
    assert {pid: named_in(f"@{call}", twins) for pid, call in calls.items()} == {
        person.pid: [person.pid] for person in twins
    }


def test_a_text_full_of_signs_takes_no_long_time():
    people = [Named(f"p{n}", f"Person Number {n}", f"p{n}@example.com") for n in range(500)]
    began = time.process_time()
    assert named_in("@x " * 30_000, people) == []
    assert time.process_time() - began < 5


def test_a_name_is_marked_and_nothing_else_gets_through():
    evil = Named("p9", 'Eve<img src=x onerror="alert(1)">', "eve@example.com")
    shown = render_markdown('@Eve<img src=x onerror="alert(1)"> <script>x</script>', (evil,))
    assert "<img" not in shown
    assert "<script" not in shown
    assert shown.startswith('<p><span class="mention">@Eve&lt;img')


@pytest.mark.parametrize(
    "written",
    [
        "<span class='mention'>@sam</span>",
        "<span class=evil>x</span>",
        '<span class="mention" onclick="x()">x</span>',
    ],
)
def test_a_mark_cannot_be_written_by_hand(written):
    assert "<span" not in render_markdown(written)


def test_code_is_left_as_it_is():
    assert "mention" not in render_markdown("`@sam`\n\n    @sam", (SAM,))
