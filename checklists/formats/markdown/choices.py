"""Finds the answers to choose from, and the question that they belong to."""

from __future__ import annotations

from checklists.formats.markdown import comments, options
from checklists.formats.markdown.blocks import Block
from checklists.formats.markdown.boxes import NO_BOX, leading_box
from checklists.formats.markdown.options import Options

_ASKING = ("?", "\uff1f", "\u061f", ":")


def attach_options(blocks: list[Block]) -> bool:
    """Give each question its options and make it an item. Whether there was any."""
    found = False
    heading: Block | None = None
    place = 0
    while place < len(blocks):
        block = blocks[place]
        if block.kind == "heading":
            heading = block
        given = _options_of(block)
        before = blocks[place - 1] if place else None
        if given is None:
            found = _inside(block) or found
        elif before and before.kind == "paragraph" and (_asks(before) or not heading):
            del blocks[place]
            blocks[place - 1] = _question(before, block, given)
            found = True
            continue
        elif heading and not heading.options:
            heading.options, heading.box = given, heading.box or NO_BOX
            _taken(block)
            found = True
        place += 1
    return found


def _inside(block: Block) -> bool:
    if block.kind != "list":
        return attach_options(block.children)
    found = False
    for entry in block.children:
        found = _entry(entry) or found
    return found


def _entry(entry: Block) -> bool:
    title = entry.children[0] if entry.children else None
    rest = entry.children[1:]
    for block in rest:
        given = _options_of(block)
        if given and entry.options is None:
            entry.options, entry.box = given, entry.box or NO_BOX
            _taken(block)
    if title and title.kind == "paragraph" and entry.options is None:
        _, entry.options = options.at_end(_first_line(title))
        entry.box = entry.box or (NO_BOX if entry.options else None)
    inner = attach_options(rest)
    entry.children[1:] = rest
    return entry.options is not None or inner


def _first_line(block: Block) -> str:
    line = block.lines()[0]
    box = leading_box(line)
    return line[box.end :] if box else line


def _options_of(block: Block) -> Options | None:
    """The options that a block is."""
    if block.kind == "paragraph" and block.end - block.start == 1:
        return options.in_line(block.body())
    if block.kind != "list":
        return None
    entries = [(entry.box, _text(entry)) for entry in block.children]
    if any(comments.OPEN in text for _, text in entries):
        return None
    if len(entries) == 1 and entries[0][0]:
        return options.in_line(block.body())
    return options.of_entries(entries)


def _text(entry: Block) -> str:
    if len(entry.children) != 1 or entry.children[0].kind != "paragraph":
        return ""
    text = entry.children[0].body()
    box = leading_box(text)
    return text[box.end :] if box else text


def _asks(block: Block) -> bool:
    return block.body().rstrip(" *_").endswith(_ASKING)


def _taken(block: Block) -> None:
    """Note that a block is nothing but options; what is in it are no boxes any more."""
    block.kind, block.children = "options", []


def _question(text: Block, block: Block, given: Options) -> Block:
    """A list of one item: the paragraph, with the options below it."""
    made = text.part("list", text.start, text.end)
    entry = text.part("list_item", text.start, text.end)
    _taken(block)
    entry.children = [text, block]
    entry.options, entry.box = given, NO_BOX
    made.children = [entry]
    return made
