"""Markdown files grown from everything that people put into checklists.

Each item holds a word `box<number>` of its own, and each other text a word `text<number>`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from hypothesis import strategies as st

_MARKERS = ("- ", "* ", "+ ", "1. ", "7) ")
_BOXES = ("[ ] ", "[ ] ", "[x] ", "[X] ")
_ODD_BOXES = (
    "[] ",
    "[✅] ",
    "[ x ] ",
    "[*] ",
    "[N/A] ",
    "[~] ",
    "☐ ",
    "☑ ",
    "\uff3b \uff3d ",
    "\\[ \\] ",
)
_TAILS = (
    "", "", "", " (if needed)", " (critical)", " <!-- optional -->", " [link](a.md)", " `code`",
    " 🔴", " **bold**", " é 日本 שלום", " ![high](x.png)", " &amp;", " <b>html</b>", " | pipe",
)  # fmt: skip
Words = Callable[[str], str]


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A file of several parts, with boxes in some of them."""
    numbers = count()

    def word(kind: str) -> str:
        return f"{kind}{next(numbers)}"

    parts = [draw(st.sampled_from(_PARTS))(draw, word) for _ in range(draw(st.integers(1, 7)))]
    return draw(st.sampled_from(["\n\n", "\n\n", "\n"])).join(parts) + "\n"


def _items(draw: st.DrawFn, word: Words) -> str:
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        indent = draw(st.sampled_from(["", "", "", "  ", "    ", "\t"]))
        box = draw(st.sampled_from(draw(st.sampled_from([_BOXES, _BOXES, _ODD_BOXES]))))
        tail = draw(st.sampled_from(_TAILS))
        lines.append(f"{indent}{draw(st.sampled_from(_MARKERS))}{box}{word('box')}{tail}")
        if draw(st.booleans()):
            below = draw(st.sampled_from(["", "> ", "- ", "<!-- ", "Answer: "]))
            end = " -->" if below.startswith("<") else ""
            lines.append(f"{indent}  {below}{word('text')}{end}")
    return "\n".join(lines)


def _loose(draw: st.DrawFn, word: Words) -> str:
    box = draw(st.sampled_from(["[ ] ", "☐ ", "☑ ", "• [ ] ", "-[ ] "]))
    return "\n".join(f"{box}{word('box')}" for _ in range(draw(st.integers(1, 3))))


def _quoted(draw: st.DrawFn, word: Words) -> str:
    return "\n".join(f"> {line}" for line in _items(draw, word).split("\n"))


def _heading(draw: st.DrawFn, word: Words) -> str:
    name = word("text")
    shapes = ("# {}", "## {}", "### {}", "##### {}", "## {}?", "**{}**", "{}\n===", "{}\n---")
    return draw(st.sampled_from((*shapes, "## Optional {}", "🚀 {}"))).format(name)


def _table(draw: st.DrawFn, word: Words) -> str:
    lines = draw(
        st.sampled_from(["| Check | Done |\n|---|:-:|", "Task | L1 | L2\n--- | --- | ---"])
    )
    rows = [
        f"| {word('box')} | {draw(st.sampled_from(['', 'x', '☐', '[x]', 'Yes', 'n/a']))} |"
        for _ in range(draw(st.integers(0, 3)))
    ]
    return "\n".join([lines, *rows])


def _html(draw: st.DrawFn, word: Words) -> str:
    shapes = (
        "<ul>\n<li>☐ {}</li>\n<li><input type='checkbox' checked> {}</li>\n</ul>",
        "<table>\n<tr><th>Check<th>Done</tr>\n<tr><td>{}</td><td>&#9744;</td></tr></table>{}",
        "<details><summary>{}</summary>\n\n- [ ] {}\n\n</details>",
        "<details><summary>☐ {}</summary>{}</details>",
        "<ul><li>☐ {}<li>☐ {}",
        "<!-- {} -->\n<div>{}</div>",
    )
    shape = draw(st.sampled_from(shapes))
    return shape.format(*(word("box" if "☐" in shape or "[ ]" in shape else "text") for _ in "12"))


def _text(draw: st.DrawFn, word: Words) -> str:
    shapes = ("{}", "{}:", "{} and\nmore", "```\n- [ ] {}\n```", "    - [ ] {}", "- {}", "---")
    more = ("[1]: {}", "Yes / No", "~~~\n{}", "<!-- {}")
    return draw(st.sampled_from((*shapes, *more))).format(word("text"))


_PARTS = (_items, _items, _items, _loose, _quoted, _heading, _heading, _table, _html, _text)
