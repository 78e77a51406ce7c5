"""Which format a file has."""

from __future__ import annotations

import pytest

from checklists.errors import Invalid
from checklists.formats import FORMATS, WRITTEN, detect, format_named, writer_named


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("list.md", "# T", "markdown"),
        ("LIST.MD", "# T", "markdown"),
        ("a/b.markdown", "# T", "markdown"),
        ("list.json", "# T", "json"),
        ("list.yml", "# T", "yaml"),
        ("list.yaml", "# T", "yaml"),
        ("list.tsv", "# T", "csv"),
        ("notes.txt", "# T", "markdown"),
        ("README", "- [ ] a", "markdown"),
        ("", "[a link](x.md)\n\n- [ ] b", "markdown"),
        ("", "Note: read on\n\n- [ ] b", "markdown"),
        ("", "[ ] a\n[ ] b", "markdown"),
        ("", '{"a": ["b"]}', "json"),
        ("", '\ufeff\n [ "a" ]', "json"),
        ("", b'[{"title": "a"}]', "json"),
        ("", "# from our wiki\nBefore:\n  - Check DNS\n", "yaml"),
        ("", "---\ntitle: T\nitems: [a]\n", "yaml"),
        ("", "- title: a\n  done: yes\n", "yaml"),
        ("", "Task,Owner,Status\nCheck DNS,sre,done\n", "csv"),
        ("", "Aufgabe;Zuständig;Fällig am\r\nDNS;sre;\r\n", "csv"),
        ("", "### Steps\n\n- [ ] a\n\n/label ~release\n", "issue"),
        ("bug.md", "---\nname: Release\nabout: Ship it\n---\n- [ ] a\n", "issue"),
        ("", "### What?\n\n_No response_\n", "issue"),
        ("guide.md", "```\n/label x\n```\n- [ ] a\n", "markdown"),
    ],
)
def test_a_format_is_known_by_its_name_or_by_its_text(name, text, format):  # noqa: A002
    assert detect(name, text) == format


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pdf", "list.md.exe"])
def test_what_cannot_be_read_is_refused_with_the_way_out(name):
    with pytest.raises(Invalid) as caught:
        detect(name, "- [ ] a")
    assert caught.value.code == "unknown_format"
    assert "Save the checklist as Markdown, YAML, JSON, CSV." in caught.value.message


def test_an_unknown_format_is_refused():
    with pytest.raises(Invalid, match="There is no format 'word'"):
        format_named("word")


def test_what_is_only_read_cannot_be_written():
    assert WRITTEN == ("markdown", "yaml", "json", "csv")
    with pytest.raises(Invalid, match=r"no format 'issue'\. Use markdown, yaml, json, csv\."):
        writer_named("issue")


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_reads_what_it_writes(name, production):
    result = FORMATS[name].read(writer_named(name)(production.tree))
    assert (result.tree, result.ignored, result.answers) == (production.tree, (), ())
