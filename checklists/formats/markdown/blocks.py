"""Markdown as a tree of blocks, each knowing its lines.

markdown-it does the block structure; everything that is slow or unbounded on hostile input is left
out or limited: tables and link definitions stay text, quotations are not looked into, and depth
and number of blocks have a limit. What is inside those is found by `shapes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote
from markdown_it.token import Token

from checklists.errors import Invalid
from checklists.formats.markdown.boxes import Box
from checklists.formats.markdown.grid import Table
from checklists.formats.markdown.options import Options
from checklists.formats.markdown.words import Why

MAX_LISTS = 12
"""Lists inside lists."""
MAX_BLOCKS = 200_000

_QUOTED = 1000  # a level no list reaches: markdown-it then leaves the inside of a quotation alone


@dataclass(slots=True, eq=False)
class Block:
    """One block: its kind, its lines in its source (first, one past last), what it contains.

    `indent` is the column at which its container's content begins; `level` is a heading's;
    `text` is a heading's line. `box` is what makes a list entry (or heading) an item, None if
    nothing does; `has_box`: it is, or contains, an item. `odd` is what its first line is reported
    for. `inner`: its first line does not begin its container. `table` is what a table holds;
    `options` are the answers to choose from.
    """

    kind: str
    source: Text
    start: int
    end: int
    indent: int = 0
    level: int = 0
    text: str = ""
    box: Box | None = None
    has_box: bool = False
    odd: Why = ""
    inner: bool = False
    table: Table | None = None
    options: Options | None = None
    children: list[Block] = field(default_factory=list)

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers, from 1, that its lines have in the file."""
        return self.source.numbers[self.start : self.end]

    @property
    def line(self) -> int:
        """The number of its first line in the file."""
        return self.source.numbers[self.start]

    def body(self) -> str:
        """Its Markdown without its container's indentation and empty lines at its end."""
        lines = self.lines()
        while lines and not lines[-1].strip():
            lines.pop()
        return "\n".join(lines)

    def lines(self) -> list[str]:
        """As `body`, line by line, with every empty line."""
        if self.start >= self.end:
            return []
        first, *rest = self.source.lines[self.start : self.end]
        # Before the first line's text may stand the marker of the container, so anything is cut.
        return [
            _cut(first, self.indent, blanks_only=self.inner),
            *(_cut(line, self.indent, blanks_only=True) for line in rest),
        ]

    def part(self, kind: str, start: int, end: int) -> Block:
        """Some of its lines as a block of their own."""
        inner = self.inner or start > self.start
        return Block(kind, self.source, start, end, self.indent, inner=inner)


def everything(blocks: list[Block]) -> Iterator[Block]:
    """Every block, and all that is in it."""
    for block in blocks:
        yield block
        yield from everything(block.children)


def readable(blocks: list[Block]) -> Iterator[Block]:
    """The blocks that a reader goes through: HTML and opened code are what is in them."""
    for block in blocks:
        if block.kind in ("html_block", "details", "opened"):
            yield from readable(block.children)
        else:
            yield block


class Text:
    """Lines of text and the number that each has in its file.

    `depth`: how many other texts it is inside of.
    """

    def __init__(self, lines: list[str], numbers: Sequence[int], *, depth: int = 0) -> None:
        self.lines = lines
        self.numbers = numbers
        self.depth = depth


class Source(Text):
    """Text that is Markdown, and the blocks in it.

    Its `lazy` lines (from 0) can only go on with a paragraph. `end` is one past the last line that
    was read: the first lazy line that cannot, or all.
    """

    def __init__(
        self,
        lines: list[str],
        numbers: Sequence[int],
        *,
        depth: int = 0,
        lazy: Sequence[int] = (),
    ) -> None:
        super().__init__(lines, numbers, depth=depth)
        tokens, self.end = _tokens("\n".join(lines), numbers, lazy)
        self.blocks = self._nested(tokens)

    def _nested(self, tokens: list[Token]) -> list[Block]:
        root = Block("root", self, 0, len(self.lines))
        path = [root]
        for token in tokens:
            if token.nesting < 0:
                path.pop()
            elif token.type == "inline":
                path[-1].text = token.content
            else:
                block = self._block(token)
                path[-1].children.append(block)
                if token.nesting > 0:
                    path.append(block)
        return root.children

    def _block(self, token: Token) -> Block:
        start, end = token.map or (0, 0)
        kind = token.type.removesuffix("_open").removeprefix("bullet_").removeprefix("ordered_")
        level = int(token.tag[1]) if kind == "heading" else 0
        return Block(kind, self, start, end, token.meta["indent"], level)


class _State(StateBlock):
    """markdown-it's state, which also notes each block's indentation and keeps the limits."""

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if MAX_LISTS * 2 <= self.level < _QUOTED and ttype.endswith("_list_open"):
            line = self.env["numbers"][self.line]
            raise Invalid(
                _("Line %(line)s: lists are nested more than %(max_lists)s deep.")
                % {"line": line, "max_lists": MAX_LISTS},
                code="too_deep",
                line=line,
            )
        if len(self.tokens) > MAX_BLOCKS:
            line = self.env["numbers"][self.line]
            raise Invalid(
                _(
                    "The file has more than %(max_blocks)s paragraphs, lists and other parts "
                    "by line %(line)s. Split it into several checklists."
                )
                % {"max_blocks": f"{MAX_BLOCKS:,}", "line": line},
                code="too_complex",
                line=line,
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


def _tokens(text: str, numbers: Sequence[int], lazy: Sequence[int]) -> tuple[list[Token], int]:
    tokens: list[Token] = []
    state = _State(text, _PARSER, {"numbers": numbers}, tokens)
    for line in lazy:
        state.sCount[line] = -1  # markdown-it's own sign for such a line
    _PARSER.block.tokenize(state, 0, state.lineMax)
    return tokens, state.line


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
