"""import_template and export_template, as they are typed."""

from __future__ import annotations

import io
import json
import sys
from io import StringIO

import pytest
from django.core.management import call_command

from checklists.formats.content import digest
from checklists.formats.markdown import read_markdown
from checklists.models import TemplateVersion
from checklists.operations.templates import BUILTIN
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db

PRODUCTION = str(BUILTIN / "production-checklist.md")


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        status = ended.code
    return status, out.getvalue(), err.getvalue()


def typed(monkeypatch, source: bytes) -> None:
    """What somebody pipes in."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source)))


def test_the_production_checklist_is_reported_as_json():
    status, out, err = run("import_template", PRODUCTION, "--publish", "--json")
    assert (status, err) == (0, "")
    version = TemplateVersion.objects.get()
    assert version.is_published
    assert json.loads(out) == {
        "slug": "production-checklist",
        "version": 1,
        "digest": version.digest,
        "sections": 11,
        "groups": 28,
        "items": 132,
        "na_allowed": 9,
        "stages": {"deploy": 122, "close": 10},
        "related": 3,
        "answered": 0,
        "ignored": [],
    }


def test_a_draft_is_made_unless_it_is_published():
    run("import_template", PRODUCTION)
    assert not TemplateVersion.objects.get().is_published


def test_a_dry_run_says_the_same_and_keeps_nothing():
    before = everything()
    _, dry, _ = run("import_template", PRODUCTION, "--dry-run", "--json")
    assert everything() == before
    _, wet, _ = run("import_template", PRODUCTION, "--json")
    assert dry == wet


@pytest.mark.parametrize("publish", [True, False])
def test_a_dry_run_knows_the_number_of_the_next_version(monkeypatch, publish):
    run("import_template", PRODUCTION, *(["--publish"] if publish else []))
    name = ["--name", "Production Checklist"]
    typed(monkeypatch, b"# Other\n- [ ] a\n")
    _, dry, _ = run("import_template", "-", "--dry-run", "--json", *name)
    typed(monkeypatch, b"# Other\n- [ ] a\n")
    _, wet, _ = run("import_template", "-", "--json", *name)
    assert json.loads(dry) == json.loads(wet)
    assert json.loads(wet)["version"] == (2 if publish else 1)


def test_standard_input_is_read_and_its_lines_are_reported(monkeypatch):
    typed(monkeypatch, b"# T\n\n- [x] a\n> - [ ] b\n")
    status, out, _ = run("import_template", "-", "--name", "Named", "--json")
    found = json.loads(out)
    assert (status, found["slug"], found["items"]) == (0, "named", 2)
    assert [sorted(line) for line in found["ignored"]] == [["line", "text", "why"]] * 2
    assert [(line["line"], line["text"]) for line in found["ignored"]] == [
        (3, "- [x] a"),
        (4, "> - [ ] b"),
    ]


def test_the_report_is_readable_without_json(monkeypatch):
    typed(monkeypatch, b"# T\n\n- [x] a\n")
    _, out, _ = run("import_template", "-")
    assert out.startswith("Imported t version 1: 1 sections, 1 groups, 1 items,")
    assert "line 3: - [x] a\n  The box was ticked." in out


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"# T\n", "no_items"),
        (b"- [ ] a\x00", "forbidden_character"),
        (b"- [ ] \xff", "not_utf8"),
        (b"- [ ] a\n" * 1_400_000, "too_big"),
        (b"- [ ] a\n", "no_name"),
    ],
)
def test_a_file_that_cannot_be_a_template_is_refused_in_words(monkeypatch, source, code):
    before = everything()
    typed(monkeypatch, source)
    status, out, err = run("import_template", "-", "--json")
    assert status == 1
    assert json.loads(out)["code"] == code
    assert json.loads(out)["message"] == err.strip()
    assert everything() == before


def test_a_big_file_is_refused_before_it_is_read(tmp_path):
    big = tmp_path / "big.md"
    with big.open("wb") as file:
        file.truncate(10 * 1024 * 1024 * 1024)
    status, _, err = run("import_template", str(big))
    assert (status, "10240.0 MB" in err) == (1, True)


def test_a_file_of_another_format_is_refused(tmp_path):
    path = tmp_path / "list.docx"
    path.write_bytes(b"PK")
    status, _, err = run("import_template", str(path))
    assert (status, "Save the checklist as Markdown" in err) == (1, True)


def test_a_file_that_is_not_there_is_bad_use():
    status, out, err = run("import_template", "no-such-file.md")
    assert (status, out) == (2, "")
    assert err == "no-such-file.md cannot be read: No such file or directory.\n"


def test_the_export_is_the_shipped_file_byte_by_byte():
    run("import_template", PRODUCTION, "--publish")
    status, out, _ = run("export_template", "production-checklist")
    assert (status, out) == (0, (BUILTIN / "production-checklist.md").read_text())


def test_importing_the_export_gives_the_same_digest(monkeypatch):
    run("import_template", PRODUCTION, "--publish")
    version = TemplateVersion.objects.get()
    _, out, _ = run("export_template", "production-checklist", "--json")
    found = json.loads(out)
    assert (found["version"], found["digest"]) == (1, version.digest)
    assert digest(read_markdown(found["text"]).tree) == version.digest
    typed(monkeypatch, found["text"].encode())
    run("import_template", "-")
    assert TemplateVersion.objects.get() == version


def test_the_published_version_is_exported_before_a_draft(monkeypatch):
    run("import_template", PRODUCTION, "--publish")
    typed(monkeypatch, b"# Production Checklist\n- [ ] a\n")
    run("import_template", "-")
    _, out, _ = run("export_template", "production-checklist")
    assert out == (BUILTIN / "production-checklist.md").read_text()


def test_an_unknown_template_is_bad_use():
    status, out, err = run("export_template", "nothing")
    assert (status, out, err) == (2, "", "There is no template nothing.\n")


@pytest.mark.parametrize("name", ["markdown", "yaml", "json", "csv"])
def test_every_format_goes_out_and_comes_in_as_the_same_digest(name, monkeypatch, tmp_path):
    run("import_template", PRODUCTION, "--publish")
    before = TemplateVersion.objects.get().digest
    _, out, _ = run("export_template", "production-checklist", "--format", name)
    file = tmp_path / f"list.{name}"
    file.write_text(out, encoding="utf-8")
    status, report, _ = run("import_template", str(file), "--format", name, "--json")
    assert (status, json.loads(report)["digest"], json.loads(report)["version"]) == (0, before, 1)
    typed(monkeypatch, out.encode())
    _, guessed, _ = run("import_template", "-", "--json", "--dry-run")
    assert json.loads(guessed)["digest"] == before


def test_answers_in_a_file_are_counted(monkeypatch):
    typed(monkeypatch, b"Task,Status\nCheck DNS,done\nCheck TLS,open\n")
    _, out, _ = run("import_template", "-", "--name", "Launch")
    assert "Answered in it: 1." in out
