"""The documentation names what is there: files, headings, variables, checks, reasons, rights."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from checklists.formats import format_named
from checklists.permissions import SCOPES

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!`)\]\(([^)\s]+)\)")
CONFIGURATION = (ROOT / "docs/operations/configuration.md").read_text()


def _prose(page: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^(`{3,}).*?^\1", "", page.read_text(), flags=re.M | re.S)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _prose(page), flags=re.M)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


def _links(page: Path) -> Iterator[tuple[Path, str]]:
    for target in LINK.findall(_prose(page)):
        if "://" not in target:
            name, _, anchor = target.partition("#")
            yield (page.parent / name).resolve() if name else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    for target, anchor in _links(page):
        assert target.exists(), target
        assert not anchor or anchor in _anchors(target), f"{target}#{anchor}"


def test_every_variable_that_is_read_is_documented():
    read = set()
    for name in ("settings.py", "env.py"):
        for node in ast.walk(ast.parse((ROOT / "readiness" / name).read_text())):
            if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func)):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    read.add(first.value)
    assert len(read) > 20
    assert sorted(name for name in read if f"`{name}`" not in CONFIGURATION) == []


def test_every_system_check_is_documented():
    ids = set(re.findall(r"readiness\.[EW]\d{3}", (ROOT / "checklists/checks.py").read_text()))
    assert ids == set(re.findall(r"readiness\.[EW]\d{3}", CONFIGURATION))


def test_every_reason_of_the_gate_is_documented():
    """A reason's code is a text constant with an underscore in the modules that make reasons."""
    made = {"release_closed", "release_aborted", "release_rolled_back"}
    sources = [
        *(ROOT / "checklists/gate").glob("*.py"),
        ROOT / "checklists/operations/decisions.py",
    ]
    code = re.compile(
        r"(?:item|probe|signoff|evidence|answer|waiver|log|guard|clock|scheduler|not)_[a-z_]+(?<!_id)"
    )
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                made |= {node.value} if code.fullmatch(node.value) else set()
    assert len(made) > 15
    text = (ROOT / "docs/gate.md").read_text()
    assert sorted(name for name in made if f"`{name}`" not in text) == []


def test_the_example_of_a_checklist_is_understood_whole():
    text = (ROOT / "docs/templates.md").read_text()
    example = re.search(r"^````markdown\n(.*?)^````", text, flags=re.M | re.S)
    assert example is not None
    read = format_named("markdown").read(example[1])
    assert read.ignored == ()
    counts = read.tree.counts()
    assert (counts.items, counts.na_allowed, counts.close, counts.related) == (6, 1, 1, 1)


def test_scopes_are_named_as_they_are():
    text = (ROOT / "docs/api.md").read_text()
    named = set(re.findall(r"^\| `([a-z]+)` \|", text, flags=re.M))
    assert named <= set(SCOPES)


def test_no_page_names_a_machine():
    for page in PAGES:
        assert str(ROOT) not in page.read_text(), page
