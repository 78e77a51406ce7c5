"""What a plain reader of GitHub's Markdown sees, found without any code of ours."""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

from checklists.formats.tree import ChecklistTree

_GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(tasklists_plugin)


def boxes_a_gfm_reader_sees(text: str) -> list[tuple[int, str]]:
    """The line, from 1, and the text of every entry with a box."""
    tokens = _GFM.parse(text)
    return [
        ((token.map or [0])[0] + 1, tokens[place + 2].content)
        for place, token in enumerate(tokens)
        if "task-list-item" in str(token.attrGet("class") or "")
    ]


def words_of(tree: ChecklistTree) -> list[str]:
    """The titles of a checklist."""
    return [item.title for item in tree.items()]
