"""Checklists and Markdown files of every shape, nasty ones first."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import strategies as st

from checklists.formats.keys import GENERAL, KeyBook, slug
from checklists.formats.tree import (
    CONDITIONS,
    EVIDENCE_KINDS,
    REQUIREMENTS,
    STAGES,
    ChecklistTree,
    Group,
    Item,
    RelatedDocument,
    Section,
    SignoffRule,
)

_FRAGMENTS = (
    "Configure", "DNS", "(if needed)", "(If  applicable)", "Post-Deployment", "See also",
    "*", "**", "_", "`", "``", "[", "]", "(", ")", "<", ">", "<b>", "&amp;", "&", "~~", "!", "#",
    "\\", "|", "--", "-->", "<!--", "<!-- readiness {} -->", "{", "}", '"', "'", "[x]", "[ ]",
    "- [ ] x", "1.", "-", "+", "=", "===", "---", "```", "~~~", "http://x.y", "[a](b)", "[a][1]",
    "[1]: http://x", "é", "e\u0301", "İ", "ß", "ǅ", "日本", "हिन्दी", "ไทย",
    "\u00a0", "\u200d", "🚀", "ﬁ", "General", "item", "javascript:", "$", "%", "T-2d", "\u202e",
    "\x7f",
)  # fmt: skip
_LINE_FRAGMENTS = (*_FRAGMENTS, "    ", "\t", "> ", "# ", "## ", "### ", "- ", "  - ", "* [ ] ")


def lines(*, needed: bool = True, limit: int = 60) -> st.SearchStrategy[str]:
    """One line of plain text."""
    joined = st.lists(st.sampled_from(_FRAGMENTS), min_size=1, max_size=5).map(" ".join)
    glued = st.lists(st.sampled_from(_FRAGMENTS), min_size=1, max_size=5).map("".join)
    any_text = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=limit)
    text = st.one_of(joined, glued, any_text).map(lambda s: s[:limit].strip())
    return text.filter(bool) if needed else st.just("") | text


def prose() -> st.SearchStrategy[str]:
    """Markdown source, mostly ill-behaved."""
    line = st.lists(st.sampled_from(_LINE_FRAGMENTS), max_size=4).map("".join)
    text = st.lists(line, max_size=5).map("\n".join)
    tame = st.sampled_from(
        [
            "Some words.",
            "Two lines\nof text.",
            "Look at:\n\n- one\n- two",
            "```\n- [ ] code\n```",
            "> quoted\n> text",
            "    indented code",
            "1. first\n2. second",
            "See [the runbook](runbook.md).",
            "| a | b |\n|---|---|\n| 1 | 2 |",
        ]
    )
    text = text.map(lambda found: found.strip("\n")).map(
        lambda found: found if found.strip() else ""
    )
    return st.one_of(st.just(""), tame, text)


@st.composite
def trees(draw: st.DrawFn) -> ChecklistTree:
    """A checklist that keeps the rules, with every field in use."""
    books = [KeyBook(), KeyBook(), KeyBook()]
    sections = tuple(_section(draw, number, books) for number in range(draw(st.integers(1, 3))))
    keys = [section.key for section in sections]
    roles = draw(st.lists(st.sampled_from(["security", "sre", "qa"]), unique=True, max_size=2))
    rules = tuple(
        SignoffRule(
            role,
            draw(st.integers(1, 3)),
            tuple(draw(st.lists(st.sampled_from(keys), unique=True, max_size=2))),
            draw(st.sampled_from(STAGES)),
        )
        for role in roles
    )
    overlay = draw(st.booleans())
    tree = ChecklistTree(
        title=draw(lines(needed=False)),
        intro=draw(prose()),
        sections=sections,
        related=tuple(draw(st.lists(documents(), max_size=2))),
        rules=rules,
        extends="production-checklist" if overlay else "",
        projects=tuple(draw(_some(["shop", "pay-1"]))) if overlay else (),
        environments=tuple(draw(_some(["production", "no", "1.10"]))) if overlay else (),
    )
    if any(True for _ in tree.items()):
        return tree
    item = Item(books[2].make(f"{keys[0]}/z", "z", fallback="item"), "z")
    group = Group(books[1].make(keys[0], "z", fallback="group"), "z", items=(item,))
    first = sections[0]
    filled = Section(first.key, first.title, first.guidance, (*first.groups, group))
    return replace(tree, sections=(filled, *sections[1:]))


def documents() -> st.SearchStrategy[RelatedDocument]:
    """A related document."""
    addresses = st.sampled_from(
        [
            "a.md",
            "../x/y.md",
            "https://x.y/z?a=b#c",
            "a b(c).md",
            "<x>",
            "a\\b",
            "&amp;",
            "mailto:a@b",
        ]
    )
    return st.builds(RelatedDocument, lines(), addresses, lines(needed=False))


def _probes() -> st.SearchStrategy[str]:
    """What suggests a probe, with texts that a careless writer would break."""
    return st.builds(
        lambda text, seconds: json.dumps(
            {"kind": "http", "params": {"url": text}, "conditions": [], "interval_s": seconds},
            ensure_ascii=len(text) % 2 == 0,
        ),
        lines(),
        st.integers(60, 10**9),
    )


def _some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2)


def _section(draw: st.DrawFn, number: int, books: list[KeyBook]) -> Section:
    title = draw(lines(needed=number > 0))
    key = _key(draw, books[0], "", title, number)
    count = draw(st.integers(0 if title else 1, 3))
    groups = tuple(_group(draw, place, key, books) for place in range(count))
    return Section(key, title, draw(prose()) if title else "", groups)


def _group(draw: st.DrawFn, number: int, section: str, books: list[KeyBook]) -> Group:
    title = draw(lines(needed=number > 0))
    key = _key(draw, books[1], section, title, number)
    items: list[Item] = []
    above: list[str] = []
    for place in range(draw(st.integers(0 if title else 1, 4))):
        above = above[: draw(st.integers(0, len(above)))]
        name = draw(lines())
        evidence = draw(st.booleans())
        item = Item(
            key=_key(draw, books[2], key, name, place),
            title=name,
            guidance=draw(prose()),
            stage=draw(st.sampled_from(STAGES)),
            requirement=draw(st.sampled_from(REQUIREMENTS)),
            na_allowed=draw(st.booleans()),
            condition=draw(st.sampled_from(CONDITIONS)),
            evidence_required=evidence,
            evidence_kind=draw(st.sampled_from(EVIDENCE_KINDS)) if evidence else "",
            justification_required=draw(st.booleans()),
            valid_for=draw(st.sampled_from(["", "12h", "90d", "26w"])),
            probe=draw(st.just("") | _probes()),
            due=draw(st.sampled_from(["", "T", "T-2d", "T+4h"])),
            owner_role=draw(st.sampled_from(["", "sre"])),
            parent=above[-1] if above else "",
        )
        above.append(item.key)
        items.append(item)
    return Group(key, title, draw(prose()) if title else "", tuple(items))


def _key(draw: st.DrawFn, book: KeyBook, prefix: str, title: str, number: int) -> str:
    if not title:
        key = "/".join(filter(None, (prefix, GENERAL)))
        assert book.reserve(key)
        return key
    kept = draw(st.sampled_from(["", "", "kept", "general", "item-2"]))
    return book.make(prefix, kept or title, fallback=slug(f"x{number}"))


@st.composite
def files(draw: st.DrawFn) -> str:
    """A Markdown file in which every word `box<number>` occurs once, mostly beside a box."""
    made: list[str] = []
    for number in range(draw(st.integers(1, 14))):
        indent = draw(st.sampled_from(["", "", "", " ", "  ", "   ", "    ", "      ", "\t", "> "]))
        marker = draw(
            st.sampled_from(
                ["- ", "- ", "* ", "+ ", "1. ", "2) ", "-\t", "-   ", "- - ", "> - ", ""]
            )
        )
        box = draw(st.sampled_from(["[ ] ", "[ ] ", "[x] ", "[X] ", "[] ", "[ ]", "[ ]\t", "[-] "]))
        text = f"box{number} " + draw(lines(needed=False))
        filler = draw(st.sampled_from(_FILLERS))
        made.append(indent + marker + box + text if draw(st.booleans()) else indent + filler)
    return draw(st.sampled_from(["\n", "\n", "\r\n"])).join(made)


_FILLERS = (
    "", "", "# Title", "## Section", "### Group", "##### Deep", "## See also", "## Post-Deployment",
    "Setext\n===", "Setext\n---", "---", "***", "```", "~~~", "    code", "> quote", "<div>",
    "</div>", "<!-- note -->", "<!--", "-->", "<pre>", "text", "- plain", "- plain\n  - deeper",
    "  guidance", "| a | b |\n|---|---|", "[1]: http://x", "[a]: <b c> 'd'", "1.", "-",
    "- [link](a.md) - note",
    '<!-- readiness {"rules":[]} -->', "<!-- readiness {} -->", "<!-- readiness nonsense -->", "##",
)  # fmt: skip
