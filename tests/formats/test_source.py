"""Files that are no text, or too much of it, are refused in words."""

from __future__ import annotations

import pytest

from checklists.errors import Invalid
from checklists.formats.source import MAX_BYTES, MAX_LINE, MAX_LINES, clean_text


def refused(source: bytes | str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        clean_text(source)
    return caught.value


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble():
    assert clean_text(b"\xef\xbb\xbf# A\r\n\r- b\n") == "# A\n\n- b\n"
    assert clean_text("\ufeff# A") == "# A"


def test_a_file_that_is_not_utf_8_is_refused_with_its_line():
    refusal = refused(b"# A\n- [ ] caf\xe9\n")
    assert refusal.code == "not_utf8"
    assert refusal.message == "The file is not UTF-8 (line 2). Save it as UTF-8."


def test_utf_16_is_named():
    assert refused("# A".encode("utf-16")).message == "The file is UTF-16. Save it as UTF-8."


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ud800"])
def test_control_characters_and_half_characters_are_refused_with_their_line(character):
    refusal = refused(f"# A\n- [ ] b{character}\n")
    assert refusal.code == "forbidden_character"
    assert refusal.details == {"line": 2}
    assert f"U+{ord(character):04X}" in refusal.message


def test_nul_in_bytes_is_refused():
    assert refused(b"# A\n\x00").code == "forbidden_character"


@pytest.mark.parametrize("source", [b"x" * (10 * 1024 * 1024), "x" * (10 * 1024 * 1024)])
def test_a_file_of_10_mb_is_refused(source):
    refusal = refused(source)
    assert refusal.code == "too_big"
    assert refusal.message == (
        "The file is 10.0 MB; the limit is 5 MB. Split it into several checklists."
    )


def test_the_limit_counts_bytes_and_not_characters():
    assert refused("é" * (MAX_BYTES // 2 + 1)).code == "too_big"


def test_too_many_lines_are_refused():
    clean_text("\n" * MAX_LINES)
    assert refused("\n" * MAX_LINES + "x").code == "too_many_lines"


def test_a_line_that_is_too_long_is_refused_with_its_number():
    refusal = refused("a\n" + "b" * (MAX_LINE + 1))
    assert (refusal.code, refusal.details["line"]) == ("line_too_long", 2)
