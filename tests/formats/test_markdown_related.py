"""The closing list of related documents."""

from __future__ import annotations

import pytest

from checklists.formats.tree import RelatedDocument
from tests.formats.reading import ignored, read


@pytest.mark.parametrize(
    "title",
    [
        "Related Documentation",
        "Related documents",
        "See also",
        "References",
        "9. Related Links",
    ],
)
def test_related_documents_are_the_links_of_a_section_of_that_name(title):
    tree = read(f"## S\n- [ ] a\n\n## {title}\n\n- [Runbook](runbook.md) - How to run\n")
    assert [s.title for s in tree.sections] == ["S"]
    assert tree.related == (RelatedDocument("Runbook", "runbook.md", "How to run"),)


def test_related_documents_are_read_from_every_way_to_write_a_link():
    text = """\
- [ ] a

## References
- [**A**](<a b.md> "title"): first
* See [B](b) and [C](c)
  - <https://d.example>
- [E][e]

[e]: http://e.example
"""
    assert read(text).related == (
        RelatedDocument("A", "a b.md", "first"),
        RelatedDocument("B", "b", "See and"),
        RelatedDocument("C", "c"),
        RelatedDocument("https://d.example", "https://d.example"),
        RelatedDocument("E", "http://e.example"),
    )
    assert ignored(text) == []


def test_related_documents_without_link_or_with_a_dangerous_one_are_reported():
    text = "- [ ] a\n\n## See also\n\n- nothing\n- [x](javascript:alert(1))\n- [f](ftp://x)\n"
    assert read(text).related == ()
    assert [line for line, _ in ignored(text)] == [5, 6, 7]


def test_related_documents_are_a_section_like_any_other_if_it_has_a_box():
    tree = read("## References\n- [ ] Update references\n- [a](b)\n")
    assert tree.related == ()
    assert [i.title for i in tree.items()] == ["Update references"]
