"""Decides what the items of a file are, as a person would who sees all of it.

Boxes are items. In a file without any, these are, in this order: rows of tables with a place to
tick, boxes in code, signs like ✅ at the beginning of entries, rows of tables about checks,
questions, entries of lists, rows of any table, the deepest headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from checklists.formats.markdown import columns, contents, headings, words
from checklists.formats.markdown.blocks import Block, Source, everything, readable
from checklists.formats.markdown.boxes import NO_BOX, may_hold_box, without_bullet
from checklists.formats.markdown.choices import attach_options
from checklists.formats.markdown.columns import Evidence
from checklists.formats.markdown.pieces import SECTION_LEVEL
from checklists.formats.markdown.questions import promote_questions
from checklists.formats.markdown.shapes import shaped

_TASK_LIST = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*\[tasklist\][ \t]*")


def surveyed(blocks: list[Block]) -> list[Block]:
    """The blocks of a file, with a box on everything that is an item."""
    blocks = [_code(block) if _is_task_list(block) else block for block in blocks]
    contents.find(blocks)
    asked = attach_options(blocks)
    boxes = _have(blocks, lambda block: _strong(block))
    if boxes:
        _drop_weak(blocks)
    tables = _take_tables(blocks, Evidence.FORM)
    if not (boxes or tables):
        blocks = _without_boxes(blocks, asked)
    elif asked and not _have(blocks, lambda block: _strong(block) and block.box is not NO_BOX):
        promote_questions(blocks)
    if boxes:
        _take_tables(blocks, Evidence.CHECKS)
    mark(blocks)
    headings.find(blocks)
    return blocks


def mark(blocks: list[Block]) -> bool:
    """Note on every block whether it is or holds an item."""
    found = False
    for block in blocks:
        inside = mark(block.children)
        if block.kind not in ("options", "contents"):
            block.has_box = block.box is not None or inside or _is_list_of_rows(block)
        found = found or block.has_box
    return found


def _is_list_of_rows(block: Block) -> bool:
    return block.table is not None and block.table.taken


def _have(blocks: list[Block], wanted: Callable[[Block], bool]) -> bool:
    return any(wanted(block) for block in everything(blocks))


def _strong(block: Block) -> bool:
    return block.box is not None and not block.box.weak


def _drop_weak(blocks: list[Block]) -> None:
    """Signs that may be decoration are boxes only beside real ones."""
    for run in _runs(blocks):
        if not any(_strong(entry) for block in run for entry in block.children):
            for entry in (entry for block in run for entry in block.children):
                entry.box = None if entry.box and entry.box.weak else entry.box
    for block in everything(blocks):
        if block.kind in ("heading", "summary") and block.box and block.box.weak:
            block.box = None
            block.text = block.body().lstrip("# ") if block.kind == "heading" else block.body()


def _runs(blocks: list[Block]) -> Iterator[list[Block]]:
    """The lists at every depth; those without an empty line between them are one to a person."""
    run: list[Block] = []
    for block in blocks:
        if block.kind != "list" or not (run and _touches(run[-1], block)):
            yield run
            run = []
        if block.kind == "list":
            run.append(block)
        yield from _runs(block.children)
    yield run


def _touches(block: Block, below: Block) -> bool:
    return block.source is below.source and block.end == below.start and bool(block.lines()[-1])


def _take_tables(blocks: list[Block], evidence: Evidence) -> bool:
    found = False
    for block in everything(blocks):
        if block.table and not block.table.taken and columns.evidence(block.table) >= evidence:
            block.table.taken = found = True
            if evidence < Evidence.FORM:
                why = words.TABLE if evidence > Evidence.ROWS else words.ANY_TABLE
                block.odd = block.odd or why
    return found


def _without_boxes(blocks: list[Block], asked: bool) -> list[Block]:
    opened = _opened(blocks)
    if opened is not blocks:
        contents.find(opened)
        attach_options(opened)
        return opened
    if _have(blocks, lambda block: block.box is not None):
        return blocks
    ways: list[Callable[[list[Block]], bool]] = [
        lambda found: _take_tables(found, Evidence.NAMED),
        promote_questions,
        _promote_summaries,
        _promote_lists,
        lambda found: _take_tables(found, Evidence.ROWS),
        _promote_headings,
    ]
    any(way(blocks) for way in ways)
    return blocks


def _opened(blocks: list[Block]) -> list[Block]:
    """The blocks with code that holds boxes read as if it was none; the same if none does."""
    found: list[Block] = []
    any_box = False
    for block in blocks:
        if block.kind in ("fence", "code_block") and may_hold_box(block.body()):
            inner = _code(block)
            if _have(inner.children, _strong):
                any_box = True
                inner.odd = words.FROM_CODE
                block = inner
        found.append(block)
    return found if any_box else blocks


def _is_task_list(block: Block) -> bool:
    """Whether this is what GitHub shows as a list of tasks, though it is written as code."""
    return block.kind == "fence" and bool(_TASK_LIST.fullmatch(block.lines()[0]))


def _code(block: Block) -> Block:
    lines, numbers = block.lines(), block.numbers
    if block.kind == "code_block":
        lines = [line[4:] if line.startswith("    ") else line.lstrip("\t") for line in lines]
    else:
        fence = lines[0].strip()[:3]
        closed = len(lines) > 1 and lines[-1].strip().startswith(fence)
        end = len(lines) - 1 if closed else len(lines)
        lines, numbers = lines[1:end], numbers[1:end]
    opened = replace(block, kind="opened", children=[])
    if lines:
        opened.children = shaped(Source(lines, numbers, depth=block.source.depth + 1).blocks)
    return opened


def _promote_summaries(blocks: list[Block]) -> bool:
    """What is always seen of details becomes an item, if the file consists of such."""
    found = [block for block in everything(blocks) if block.kind == "summary"]
    for block in found if len(found) > 1 else ():
        block.box = NO_BOX
    return len(found) > 1


def _promote_lists(blocks: list[Block]) -> bool:
    """Every entry becomes an item, but under headings that are there to be read."""
    chosen = list(_lists(blocks))
    count = sum(1 for block in everything(chosen) if block.kind == "list_item")
    if count < 2:
        return False
    first = True
    for block in everything(chosen):
        if block.kind == "list_item" and _titled(block):
            text = block.children[0].lines()[0]
            block.box = block.box or replace(NO_BOX, end=without_bullet(text))
            if first:
                block.odd = words.NO_BOXES
                first = False
    return True


def _promote_headings(blocks: list[Block]) -> bool:
    """The deepest headings become items, if there is nothing else."""
    headings = [block for block in readable(blocks) if block.kind == "heading"]
    deepest = max((block.level for block in headings), default=0)
    found = [b for b in headings if b.level == deepest and not words.means_prose(b.text)]
    if deepest < SECTION_LEVEL or len(found) < 2:
        return False
    for block in found:
        block.box = NO_BOX
    found[0].odd = words.HEADINGS
    return True


def _titled(entry: Block) -> bool:
    first = entry.children[0] if entry.children else None
    return first is not None and first.kind == "paragraph" and bool(first.body().strip())


def _lists(blocks: list[Block]) -> Iterator[Block]:
    """The lists that are likely the checklist."""
    headed = False
    reading = 0
    early: list[Block] = []
    found: list[Block] = []
    for block in readable(blocks):
        if block.kind == "heading":
            if not reading or block.level <= reading:
                reading = block.level if words.means_prose(block.text) else 0
            headed = headed or block.level >= SECTION_LEVEL
        elif block.kind == "list" and not reading:
            (found if headed else early).append(block)
    steps = [block for block in early if block.lines()[0].lstrip()[:1].isdigit()]
    several = sum(len(block.children) for block in found) > 1
    yield from [*(steps if several else early), *found]
