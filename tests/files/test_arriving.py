"""Files while they arrive: counted, hashed, on disk, and no more of them than allowed."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from checklists.errors import Invalid
from checklists.files import checked_file
from checklists.files.arriving import HEAD_BYTES
from tests.evidence_data import CHUNK, PNG, arrived


def test_a_file_is_hashed_and_counted_as_it_arrives_and_lies_on_disk():
    content = PNG + b"\x01" * (3 * CHUNK)
    with arrived("shot.png", content) as file:
        assert file.sha256 == hashlib.sha256(content).hexdigest()
        assert (file.size, file.too_large) == (len(content), False)
        assert file.head == content[:HEAD_BYTES]
        assert Path(file.temporary_file_path()).read_bytes() == content
    assert not Path(file.temporary_file_path()).exists()


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(settings):
    settings.EVIDENCE_MAX_BYTES = 2 * CHUNK
    with arrived("log.txt", b"a" * 2 * CHUNK) as file:
        assert checked_file(file).size == 2 * CHUNK
    with arrived("log.txt", b"a" * (2 * CHUNK + 1)) as file:
        assert file.too_large
        assert Path(file.temporary_file_path()).stat().st_size == 0
        with pytest.raises(Invalid) as refused:
            checked_file(file)
    assert (refused.value.code, refused.value.status) == ("too_large", 422)
    assert "128.0" in refused.value.message.replace("\xa0", " ")


def test_a_file_that_never_ends_fills_neither_memory_nor_disk(settings):
    settings.EVIDENCE_MAX_BYTES = CHUNK
    tracemalloc.start()
    with arrived("log.txt", b"a" * CHUNK * 400) as file:
        left = Path(file.temporary_file_path()).stat().st_size
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left == 0
    assert kept < 10 * CHUNK


def test_an_empty_file_shows_nothing():
    with arrived("empty.log", b"") as file, pytest.raises(Invalid) as refused:
        checked_file(file)
    assert refused.value.code == "empty_file"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shot.png", b"<html><script>alert(1)</script></html>"),
        ("shot.PNG", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("report.pdf", b"MZ\x90\x00"),
        ("photo.jpg", PNG),
        ("archive.zip", b"#!/bin/sh\n"),
    ],
)
def test_a_name_that_says_something_else_than_the_content_is_refused(name, content):
    with arrived(name, content) as file, pytest.raises(Invalid) as refused:
        checked_file(file)
    assert refused.value.code == "not_what_it_says"


def test_what_the_sender_calls_the_type_does_not_count():
    with arrived("notes", b"<svg/>", content_type="image/png") as file:
        assert checked_file(file).media_type == "image/svg+xml"
