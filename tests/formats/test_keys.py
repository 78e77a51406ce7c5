"""Keys name parts for life, so what makes them must never change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.formats.keys import KEY_MAX, SEGMENT_MAX, KeyBook, is_key, slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Configure auto-scaling", "configure-auto-scaling"),
        ("Provision production servers/containers", "provision-production-servers-containers"),
        ("Set up SSL/TLS certificates", "set-up-ssl-tls-certificates"),
        ("Authentication & Authorization", "authentication-authorization"),
        ("  --Rotate   secrets!!  ", "rotate-secrets"),
        ("snake_case stays", "snake_case-stays"),
        ("Größe prüfen", "grösse-prüfen"),
        ("Gro\u0308ße pru\u0308fen", "grösse-prüfen"),
        ("Настроить DNS", "настроить-dns"),
        ("数据库备份", "数据库备份"),
        ("डेटाबेस का बैकअप लें", "डेटाबेस-का-बैकअप-लें"),
        ("ตั้งค่า DNS", "ตั้งค่า-dns"),
        ("ﬁle ²", "file-2"),
        ("🚀", ""),
        ("", ""),
    ],
)
def test_a_slug_keeps_letters_and_digits_of_any_script(title, expected):
    assert slug(title) == expected


@given(st.text(max_size=300))
def test_a_slug_is_its_own_slug_and_a_valid_key(title):
    made = slug(title)
    assert slug(made) == made
    assert not made or is_key(made, segments=1)


def test_namesakes_are_numbered_in_order():
    book = KeyBook()
    made = [book.make("a/b", title, fallback="item") for title in ("Logs", "logs", "LOGS!", "🚀")]
    assert made == ["a/b/logs", "a/b/logs-2", "a/b/logs-3", "a/b/item"]


def test_a_number_that_a_title_took_is_not_given_again():
    book = KeyBook()
    made = [book.make("", title, fallback="item") for title in ("Logs 2", "Logs", "Logs", "Logs")]
    assert made == ["logs-2", "logs", "logs-3", "logs-4"]


def test_a_reserved_key_is_given_to_nobody_else():
    book = KeyBook()
    assert book.reserve("logs")
    assert not book.reserve("logs")
    assert book.make("", "Logs", fallback="item") == "logs-2"


def test_twenty_thousand_namesakes_fit_in_a_key():
    book = KeyBook()
    keys = [book.make("s" * 90 + "/" + "g" * 90, "x" * 500, fallback="item") for _ in range(20_000)]
    assert len(set(keys)) == 20_000
    assert max(map(len, keys)) <= KEY_MAX
    assert all(is_key(key, segments=3) for key in keys[::1999])


@pytest.mark.parametrize(
    "text",
    ["", "A", "a b", "a--b", "-a", "a/", "/a", "a/b/c/d", "a/b", "x" * (SEGMENT_MAX + 1), "a\nb"],
)
def test_what_is_no_key_is_told(text):
    assert not is_key(text, segments=3)
    assert not is_key(text, segments=1)
