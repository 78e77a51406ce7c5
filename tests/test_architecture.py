"""The shape of the code: who may import whom, and how much one file may hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 250
LONGEST_TESTS = 400

# From the edges inwards; a module may import its own layer and those below it.
LAYERS = [
    {
        "views",
        "api",
        "stream",
        "forms",
        "tasks",
        "admin",
        "management",
        "templatetags",
        "urls",
        "urls_access",
    },
    {"pages", "decision_json"},
    {"operations"},
    {"audit", "permissions"},
    {"live", "search"},
    {"models"},
    {
        "errors",
        "actors",
        "gate",
        "formats",
        "probes",
        "digests",
        "gate.signoffs",
        "links",
        "files",
        "planned",
        "upgrading",
        "progress",
        "carrying",
        "waiving",
        "mentions",
        "words",
        "sentences",
        "moments",
        "zones",
    },
    {"state", "optional"},
]
# Django's own hooks: loaded by name, imported by nobody, free to look at every layer.
HOOKS = {"apps", "checks", "migrating", "migrations", "__init__"}
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def _sources(*folders: str) -> list[Path]:
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in paths if "migrations" not in path.parts)


def _running_code(path: Path) -> Iterator[ast.AST]:
    """Every node but those that only a type checker reads."""
    waiting: list[ast.AST] = [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def _imports(path: Path) -> Iterator[str]:
    """Dotted names of everything the file imports, relative ones made absolute."""
    package = path.relative_to(ROOT).parent.parts
    for node in _running_code(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (above, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _layer(parts: tuple[str, ...]) -> str:
    """The top-level module of checklists that a dotted path lies in."""
    return Path(parts[1]).stem if len(parts) > 1 else "__init__"


def _wrong_way(importer: str, name: str) -> str:
    """What is wrong with this import, or nothing."""
    parts = tuple(name.split("."))
    if parts[0] == "readiness":
        return "is the wiring, which nobody imports"
    if parts[0] != "checklists" or len(parts) == 1:
        return ""
    imported = _layer(parts)
    if imported not in RANK:
        return "has no layer: give it one above"
    return "lies further out" if RANK[importer] > RANK[imported] else ""


def test_imports_point_inwards():
    faults = []
    for path in _sources("checklists"):
        importer = _layer(path.relative_to(ROOT).parts)
        if importer in HOOKS:
            continue
        assert importer in RANK, f"{importer} has no layer: give it one above"
        faults += [
            f"{path.relative_to(ROOT)}: {name} {fault}"
            for name in _imports(path)
            if (fault := _wrong_way(importer, name))
        ]
    assert not faults


def test_no_import_hides_in_a_function():
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _sources("checklists", "readiness")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, "the cycle that it avoids is the fault"


@pytest.mark.parametrize(
    ("folder", "longest"),
    [("checklists", LONGEST_FILE), ("readiness", LONGEST_FILE), ("tests", LONGEST_TESTS)],
)
def test_a_file_is_about_one_thing(folder, longest):
    lines = {path: len(path.read_text().splitlines()) for path in _sources(folder)}
    long = {str(path.relative_to(ROOT)): count for path, count in lines.items() if count > longest}
    assert not long


def test_the_names_of_files_say_what_they_hold():
    refused = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py"}
    assert not [path for path in _sources("checklists", "readiness") if path.name in refused]
