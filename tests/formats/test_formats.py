"""Which format a file has."""

from __future__ import annotations

import pytest

from checklists.errors import Invalid
from checklists.formats import FORMATS, detect, format_named


@pytest.mark.parametrize("name", ["list.md", "LIST.MD", "a/b.markdown", "notes.txt", "README", ""])
def test_markdown_is_known_by_its_name(name):
    assert detect(name, "# T") == "markdown"


@pytest.mark.parametrize(("name", "source"), [("a.docx", ""), ("a.json", "{}"), ("", b'{"a": 1}')])
def test_what_cannot_be_read_is_refused_with_the_way_out(name, source):
    with pytest.raises(Invalid) as caught:
        detect(name, source)
    assert caught.value.code == "unknown_format"
    assert "Save the checklist as markdown" in caught.value.message


def test_an_unknown_format_is_refused():
    with pytest.raises(Invalid, match="There is no format 'word'"):
        format_named("word")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_reads_what_it_writes(name, production):
    known = FORMATS[name]
    assert known.read(known.write(production.tree)) == production
