"""What a file is, by its bytes; and what it may be called."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.files.kinds import contradicts, media_type
from checklists.files.names import LONGEST, clean_name
from tests.evidence_data import PNG


def zip_bomb() -> bytes:
    """10 MB of zeros in 10 kB, in an archive of archives."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 10_000_000)
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.zip", inner.getvalue())
    return outer.getvalue()


@pytest.mark.parametrize(
    ("head", "seen"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a;alert(1)", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n/JS (app.alert(1))", "application/pdf"),
        (zip_bomb()[:4096], "application/zip"),
        (b"\x1f\x8b\x08", "application/gzip"),
        (b"\0" * 257 + b"ustar", "application/x-tar"),
        (b"  \n<!DOCTYPE html><p>", "text/html"),
        (b"\xef\xbb\xbf<HTML>", "text/html"),
        (b"note\n<script>alert(1)</script>", "text/html"),
        (b"<?xml version='1.0'?><svg onload='x'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><junit/>", "application/xml"),
        ("<html>".encode("utf-16"), "text/html"),
        ("$ kubectl get pods ✓".encode(), "text/plain"),
        ("ä".encode() * 2047 + "ä".encode()[:1], "text/plain"),
        (b"\x1b[32mok\x1b[0m", "text/plain"),
        (b"MZ\x90\x00\x03", "application/octet-stream"),
        (b"\xe4\xf6\xfc", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say(head, seen):
    assert media_type(head) == seen


@given(st.binary(max_size=4096))
def test_every_beginning_has_a_type(head):
    assert "/" in media_type(head)


def test_only_a_name_that_promises_a_type_can_be_wrong():
    assert contradicts("a.png", "text/html")
    assert not contradicts("a.png", "image/png")
    assert not contradicts("a.log", "text/html")
    assert not contradicts("png", "text/html")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../x", "x"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "passwd"),
        (".htaccess", "htaccess"),
        ("report\u202egnp.exe", "reportgnp.exe"),
        ("a\x00b\r\nSet-Cookie: x.txt", "abSet-Cookie_ x.txt"),
        ('we"ird<name>|?*.png', "we_ird_name____.png"),
        ("  two   words .txt", "two words.txt"),
        ("Prüfbericht ✓.pdf", "Prüfbericht ✓.pdf"),
        ("....", "file"),
        ("", "file"),
        ("CON .", "CON"),
    ],
)
def test_a_name_is_only_a_name(given, shown):
    assert clean_name(given) == shown


@given(st.text(max_size=400))
def test_every_name_can_be_shown_and_sent(name):
    found = clean_name(name)
    assert 0 < len(found) <= LONGEST
    assert found == clean_name(found)
    assert not set(found) & set('/\\<>:"|?*\r\n\0')
    found.encode()


def test_a_long_name_keeps_its_ending():
    assert clean_name("x" * 500 + ".sarif").endswith("x.sarif")
