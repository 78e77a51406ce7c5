"""Markdown as a tree of blocks, each knowing its lines.

markdown-it does the block structure; everything that is slow or unbounded on hostile input is left
out or limited: tables and link definitions stay text, quotations are not looked into, and depth
and number of blocks have a limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote
from markdown_it.token import Token

from checklists.errors import Invalid

MAX_LISTS = 12
"""Lists inside lists."""
MAX_BLOCKS = 200_000
BOX = re.compile(r"[ \t]*\[([ \txX])\](?:[ \t]+|$)")
"""The box at the beginning of a list entry, with the space after it."""

_QUOTED = 1000  # a level no list reaches: markdown-it then leaves the inside of a quotation alone


@dataclass(slots=True)
class Block:
    """One block: its kind, its lines (first, one past last; from 0), and what it contains.

    `indent` is the column at which its container's content begins; `level` is a heading's;
    `text` is a heading's line. `box` is what stands in a list entry's box, None without one;
    `has_box`: it is, or contains, an entry with a box, quotations not counted.
    """

    kind: str
    start: int
    end: int
    indent: int
    level: int = 0
    text: str = ""
    box: str | None = None
    has_box: bool = False
    children: list[Block] = field(default_factory=list)


class Source:
    """The text by lines, and the blocks in it but for the first `skip` lines."""

    def __init__(self, text: str, *, skip: int = 0) -> None:
        self.lines = text.split("\n")
        self.blocks = self._nested(_tokens("\n" * skip + "\n".join(self.lines[skip:])))

    def text_of(self, block: Block) -> str:
        """The block's Markdown without its container's indentation and empty lines at its end."""
        lines = self.lines_of(block)
        while lines and not lines[-1].strip():
            lines.pop()
        return "\n".join(lines)

    def lines_of(self, block: Block) -> list[str]:
        """As `text_of`, line by line, with every empty line."""
        if block.start >= block.end:
            return []
        first, *rest = self.lines[block.start : block.end]
        # Before the first line's text may stand the marker of the container, so anything is cut.
        return [
            _cut(first, block.indent, blanks_only=False),
            *(_cut(line, block.indent, blanks_only=True) for line in rest),
        ]

    def _nested(self, tokens: list[Token]) -> list[Block]:
        root = Block("root", 0, len(self.lines), 0)
        path = [root]
        for token in tokens:
            if token.nesting < 0:
                self._close(path.pop())
            elif token.type == "inline":
                path[-1].text = token.content
            else:
                block = _block(token)
                path[-1].children.append(block)
                if token.nesting > 0:
                    path.append(block)
        return root.children

    def _close(self, block: Block) -> None:
        if block.kind == "list_item":
            block.box = self._box(block)
        block.has_box = block.box is not None or (
            block.kind in ("list", "list_item") and any(child.has_box for child in block.children)
        )

    def _box(self, entry: Block) -> str | None:
        first = entry.children[0] if entry.children else None
        if first is None or first.kind not in ("paragraph", "heading"):
            return None
        line, *rest = self.lines_of(first)
        found = BOX.match(line)
        titled = found and (line[found.end() :].strip() or any(part.strip() for part in rest))
        return found.group(1).lower() if found and titled else None


class _State(StateBlock):
    """markdown-it's state, which also notes each block's indentation and keeps the limits."""

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if MAX_LISTS * 2 <= self.level < _QUOTED and ttype.endswith("_list_open"):
            raise Invalid(
                f"Line {self.line + 1}: lists are nested more than {MAX_LISTS} deep.",
                code="too_deep",
                line=self.line + 1,
            )
        if len(self.tokens) > MAX_BLOCKS:
            raise Invalid(
                f"The file has more than {MAX_BLOCKS:,} paragraphs, lists and other parts by line"
                f" {self.line + 1}. Split it into several checklists.",
                code="too_complex",
                line=self.line + 1,
            )
        token = super().push(ttype, tag, nesting)
        token.meta = {"indent": self.blkIndent}
        return token


def _quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    outer, known = state.blkIndent, len(state.tokens)
    state.level += _QUOTED
    try:
        return blockquote(state, start, end, silent)
    finally:
        state.level -= _QUOTED
        for token in state.tokens[known:]:
            token.meta = {"indent": outer}  # inside, a quotation has no indentation of its own


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _QUOTED}).disable(["reference"])
    parser.block.ruler.at(
        "blockquote", _quotation, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return parser


_PARSER = _parser()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    state = _State(text, _PARSER, {}, tokens)
    _PARSER.block.tokenize(state, 0, state.lineMax)
    return tokens


def _block(token: Token) -> Block:
    start, end = token.map or (0, 0)
    kind = token.type.removesuffix("_open").removeprefix("bullet_").removeprefix("ordered_")
    level = int(token.tag[1]) if kind == "heading" else 0
    return Block(kind, start, end, token.meta["indent"], level)


def _cut(line: str, columns: int, *, blanks_only: bool) -> str:
    """The line without that many columns; a tab that is cut in two leaves spaces."""
    column = position = 0
    while column < columns and position < len(line):
        character = line[position]
        if blanks_only and character not in " \t":
            break
        column += 4 - column % 4 if character == "\t" else 1
        position += 1
    return " " * (column - columns) + line[position:]
