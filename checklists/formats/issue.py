"""The body of a GitHub or GitLab issue, pasted: Markdown with what those places put into it.

Lines that only the place understands (quick actions, “No response”) are left out, in their place so
that every other line keeps its number. The settings of an issue template give title and intro.
"""

from __future__ import annotations

import re
from dataclasses import replace

from django.utils.translation import gettext_lazy

from checklists.formats.markdown import read_markdown
from checklists.formats.source import clean_text
from checklists.formats.tree import (
    NOTHING_SAID,
    TITLE_MAX,
    Ignored,
    ImportResult,
    Line,
    LineKind,
    Said,
)

QUICK_ACTION = gettext_lazy("A quick action is for the place the issue is in. It was left out.")
NO_RESPONSE = gettext_lazy("Nobody answered here. It was left out.")
_ACTION = re.compile(
    r"/(?:add_child|approve|assign|assign_reviewer|award|blocked_by|blocks|board_move|cc|child_of"
    r"|clear_health_status|clear_weight|clone|close|confidential|copy_metadata|create_merge_request"
    r"|done|draft|due|duplicate|epic|estimate|health_status|iteration|label|link|lock|merge"
    r"|milestone|move|promote|publish|ready|reassign|relabel|relate|remove_\w+|reopen|severity"
    r"|spend|spent|status|subscribe|target_branch|tasks|todo|title|type|unassign|unlabel|unlink"
    r"|unlock|unsubscribe|weight|zoom)(?:[ \t].*)?",
    re.IGNORECASE,
)
_NO_RESPONSE = re.compile(r"[_*]No response[_*]", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_SETTING = re.compile(r"(name|title|about|description):[ \t]*(.*)")


def looks_like_issue(text: str) -> bool:
    """Whether a text holds what only the body or the template of an issue holds."""
    lines = text.split("\n")
    return bool(_front_matter(lines)) or any(_left_out(lines))


def read_issue(source: bytes | str, said: Said = NOTHING_SAID) -> ImportResult:
    """The checklist in the body of an issue: as `read_markdown`, which says more."""
    text = clean_text(source)
    lines = text.split("\n")
    left_out = {at: why for at, why in enumerate(_left_out(lines)) if why and at + 1 not in said}
    kept = "\n".join("" if at in left_out else line for at, line in enumerate(lines))
    result = read_markdown(kept, said)
    ignored = [Ignored(at + 1, lines[at].strip()[:200], str(why)) for at, why in left_out.items()]
    marked = tuple(
        replace(line, text=lines[at], kind=LineKind.IGNORED, why=str(left_out[at]))
        if at in left_out
        else line
        for at, line in enumerate(result.lines)
    )
    together = sorted((*result.ignored, *ignored), key=lambda found: found.line)
    result = replace(result, ignored=tuple(together), lines=marked)
    return _with_settings(result, _front_matter(lines), said)


def _with_settings(
    result: ImportResult, settings: dict[str, tuple[int, str]], said: Said
) -> ImportResult:
    """The checklist with the name and purpose that its issue template says."""
    tree, taken = result.tree, {}
    for name in ("name", "title"):
        line, value = settings.get(name, (0, ""))
        if value and not tree.title and line not in said:
            tree = replace(tree, title=value[:TITLE_MAX].strip())
            taken[line] = LineKind.TITLE
    for name in ("about", "description"):
        line, value = settings.get(name, (0, ""))
        if value and line not in said:
            tree = replace(tree, intro="\n\n".join(filter(None, (value, tree.intro))))
            taken[line] = LineKind.GUIDANCE
    return replace(
        result,
        tree=tree,
        ignored=tuple(found for found in result.ignored if found.line not in taken),
        lines=tuple(_as(line, taken) for line in result.lines),
    )


def _as(line: Line, taken: dict[int, LineKind]) -> Line:
    return replace(line, kind=taken[line.number], why="") if line.number in taken else line


def _left_out(lines: list[str]) -> list[object]:
    """For each line why it is left out; nothing for lines that stay, as all in code do."""
    found: list[object] = []
    inside = False
    for line in lines:
        if _FENCE.match(line):
            inside = not inside
        plain = line.strip()
        if inside:
            found.append("")
        elif _ACTION.fullmatch(plain) and line[:1] == "/":
            found.append(QUICK_ACTION)
        else:
            found.append(NO_RESPONSE if _NO_RESPONSE.fullmatch(plain) else "")
    return found


def _front_matter(lines: list[str]) -> dict[str, tuple[int, str]]:
    """What an issue template says of itself above its text, with the lines; empty without it."""
    if lines[0].rstrip() != "---":
        return {}
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines[1:60], 2):
        if line.rstrip() == "---":
            return found if {"about", "description", "name"} & set(found) else {}
        setting = _SETTING.fullmatch(line.rstrip())
        if setting:
            found[setting[1]] = (number, setting[2].strip().strip("\"'").strip())
    return {}
