"""Evidence in pages: hostile files come in as files, go out as attachments, or not at all."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from checklists.actors import Actor
from checklists.files.store import digests_kept, name_of, the_store
from checklists.models import Evidence, LinkCheck
from checklists.operations.evidence import attach_evidence, attach_file, withdraw_evidence
from readiness.stores import evidence as store_for
from tests.checklist_data import item_of
from tests.evidence_data import PNG, stored
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db

HTML = b"<!doctype html><script>document.title='ran'</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"


@pytest.fixture(autouse=True)
def own_store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {"evidence": store_for(f"files://{tmp_path}/evidence")}


@pytest.fixture
def dns(release):
    return item_of(release, "configure-dns")


@pytest.fixture
def post(client, priya, dns):
    """Post the form as a contributor; answers the response."""
    client.force_login(priya)

    def send(*files: tuple[str, bytes], **fields):
        given = [SimpleUploadedFile(name, content, "image/png") for name, content in files]
        return client.post(f"/items/{dns.pk}/evidence/", {"files": given, **fields})

    return send


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 20_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "shown", "seen"),
    [
        ("page.html", HTML, "page.html", "text/html"),
        ("logo.svg", SVG, "logo.svg", "image/svg+xml"),
        ("report.pdf", PDF, "report.pdf", "application/pdf"),
        ("bomb.zip", bomb(), "bomb.zip", "application/zip"),
        ("../../x", b"up", "x", "text/plain"),
        ("a\u202egnp.html", HTML, "agnp.html", "text/html"),
        ("shot.png", PNG, "shot.png", "image/png"),
    ],
)
def test_what_is_taken_is_handed_out_as_a_sandboxed_attachment(
    name, content, shown, seen, post, client
):
    assert post((name, content)).status_code == 302
    evidence = Evidence.objects.get()
    assert (evidence.content.value, evidence.media_type) == (shown, seen)
    answer = client.get(f"/evidence/{evidence.pk}/", headers={"Accept-Encoding": "gzip"})
    assert answer.getvalue() == content
    headers = answer.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment; filename")
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Length"] == str(len(content))
    assert "Content-Encoding" not in headers


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([("shot.png", HTML)], "is not what its name says"),
        ([("shot.png", SVG)], "is not what its name says"),
        ([("photo.jpg", PDF)], "is not what its name says"),
        ([("empty.txt", b"")], "is empty"),
        ([("large.txt", b"a" * 70_001)], "is larger than"),
        ([("good.txt", b"fine"), ("shot.png", HTML)], "is not what its name says"),
        ([], "Choose a file, or write"),
    ],
)
def test_what_is_refused_leaves_neither_row_nor_file(files, says, post, settings):
    settings.EVIDENCE_MAX_BYTES = 70_000
    before = everything()
    answer = post(*files)
    assert answer.status_code == 422
    assert says in answer.text
    assert everything() == before
    assert list(digests_kept()) == []


def test_several_files_and_a_text_come_in_one_form(post):
    post(("a.txt", b"one"), ("b.txt", b"two"), content="$ dig", observed_at="2026-01-02T03:04")
    kinds = list(Evidence.objects.values_list("kind", flat=True))
    assert kinds == ["file", "file", "text"]
    assert {f"{row.observed_at:%F %R}" for row in Evidence.objects.all()} == {"2026-01-02 03:04"}


def test_one_piece_replaces_another_and_two_do_not(post, dns, priya):
    older = attach_file(dns, actor=Actor.of_person(priya), file=stored("a.txt", b"one"))
    both = post(("b.txt", b"two"), ("c.txt", b"three"), replaces=older.pk)
    assert both.status_code == 422
    assert post(("b.txt", b"two"), replaces=older.pk).status_code == 302
    assert Evidence.objects.get(replaces=older).content.value == "b.txt"


def test_more_parts_than_anybody_needs_are_refused(post):
    assert post(*[(f"{n}.txt", b"x") for n in range(21)]).status_code == 400
    assert not Evidence.objects.exists()


def test_a_body_that_is_no_form_is_refused(client, priya, dns):
    client.force_login(priya)
    answer = client.generic(
        "POST", f"/items/{dns.pk}/evidence/", b"--", content_type="multipart/form-data"
    )
    assert answer.status_code in (400, 422)


def test_a_viewer_leaves_nothing_in_the_store(client, vic, dns):
    client.force_login(vic)
    file = SimpleUploadedFile("a.txt", b"one")
    assert client.post(f"/items/{dns.pk}/evidence/", {"files": file}).status_code == 403
    assert list(digests_kept()) == []


def test_a_file_that_is_missing_or_changed_is_not_handed_out_and_is_alarmed(
    client, priya, dns, caplog
):
    facts = stored("a.txt", b"what was seen")
    evidence = attach_file(dns, actor=Actor.of_person(priya), file=facts)
    client.force_login(priya)
    path = the_store().path(name_of(facts.sha256))
    with open(path, "r+b") as file:
        file.write(b"W")
    answer = client.get(f"/evidence/{evidence.pk}/")
    assert answer.status_code == 409
    assert "no longer in the store as it was attached" in answer.text
    the_store().delete(name_of(facts.sha256))
    assert client.get(f"/evidence/{evidence.pk}/").status_code == 409
    assert [r.levelname for r in caplog.records if r.name.endswith("views.evidence")] == [
        "CRITICAL"
    ] * 2


def test_links_and_texts_have_no_file(client, priya, dns):
    text = attach_evidence(
        dns, actor=Actor.of_person(priya), kind=Evidence.Kind.TEXT, content="Seen."
    )
    client.force_login(priya)
    assert client.get(f"/evidence/{text.pk}/").status_code == 404


def test_the_detail_shows_versions_dates_and_how_links_are_doing(client, priya, dns):
    actor, now = Actor.of_person(priya), timezone.now()
    first = attach_file(dns, actor=actor, file=stored("a.txt", b"one"))
    second = attach_file(dns, actor=actor, file=stored("b.txt", b"two!"), replaces=first)
    wrong = attach_file(dns, actor=actor, file=stored("c.txt", b"three"))
    withdraw_evidence(wrong, actor=actor, reason="Of another service.")
    link = attach_evidence(
        dns, actor=actor, kind=Evidence.Kind.LINK, content="https://wiki.example/x"
    )
    LinkCheck.objects.create(
        evidence=link,
        alive=False,
        http_status=404,
        checked_at=now,
        since=now - timedelta(days=2),
        next_check_at=now,
    )
    client.force_login(priya)
    page = client.get(f"/items/{dns.pk}/").text
    assert page.index("b.txt") < page.index("Replaced")
    assert "in place of “a.txt”" in page
    assert "Withdrawn" in page
    assert f'href="/evidence/{second.pk}/" download' in page
    assert "404, since " in page
    assert 'rel="noopener noreferrer nofollow"' in page
    assert second.sha256 in page
    assert f'action="/evidence/{wrong.pk}/withdraw/"' not in page


def test_withdrawing_in_the_page(client, priya, dns):
    given = attach_file(dns, actor=Actor.of_person(priya), file=stored("a.txt", b"one"))
    client.force_login(priya)
    answer = client.post(f"/evidence/{given.pk}/withdraw/", {"reason": "Of another service."})
    assert answer.status_code == 302
    given.refresh_from_db()
    assert given.withdrawn_at is not None


def test_an_item_costs_no_more_queries_with_more_evidence(
    client, priya, dns, django_assert_max_num_queries
):
    client.force_login(priya)
    client.get(f"/items/{dns.pk}/")
    for number in range(12):
        attach_file(dns, actor=Actor.of_person(priya), file=stored(f"{number}.txt", b"%d" % number))
    client.get(f"/items/{dns.pk}/")
    with django_assert_max_num_queries(30):
        client.get(f"/items/{dns.pk}/")
