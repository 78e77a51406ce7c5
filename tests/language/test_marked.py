"""Whatever people read is marked: a sentence that nobody can translate fails here."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import checklists
from checklists.errors import Refused
from tests.language.strings import ROOT, code, templates, unmarked

FOR_PEOPLE = {"ValidationError", "success", "warning", "add_error", "sentence", "Sentence"}
"""Calls, beside those of refusals, whose first texts are said to people."""
LABELS = {"label", "help_text", "empty_label"}
NOT_FOR_PEOPLE = re.compile(r"checklists/(?:management/|checks\.py|models/|migrations/|probes/)")
"""Commands and system checks speak English to operators; probes write down what they saw."""


def refusals() -> set[str]:
    """The names of all refusals, wherever they are defined."""
    for module in pkgutil.walk_packages(checklists.__path__, "checklists."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    waiting, names = [Refused], set()
    while waiting:
        kind = waiting.pop()
        names.add(kind.__name__)
        waiting += kind.__subclasses__()
    return names


def plain(node: ast.expr) -> bool:
    """A text as it stands, which no catalogue knows."""
    if isinstance(node, ast.JoinedStr):
        return any(plain_word(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value


def plain_word(part: ast.expr) -> bool:
    """Letters between the braces of an f-string."""
    return isinstance(part, ast.Constant) and bool(re.search(r"[a-z]{2}", str(part.value)))


def said_plainly(path: Path, spoken: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        logs = ast.unparse(node.func).startswith("logger.")
        texts = node.args if name in spoken and not logs else []
        if name.endswith("Field"):
            texts = [word.value for word in node.keywords if word.arg in LABELS]
        for text in texts:
            if plain(text):
                yield f"{path.relative_to(ROOT)}:{text.lineno}: {ast.unparse(text)[:80]}"


def test_every_sentence_of_the_code_is_marked():
    spoken = refusals() | FOR_PEOPLE
    faults = [
        fault
        for path in code()
        if not NOT_FOR_PEOPLE.match(str(path.relative_to(ROOT)))
        for fault in said_plainly(path, spoken)
    ]
    assert not faults, "write _(…), with named placeholders; see docs/translating.md"


def test_every_word_of_the_templates_is_marked():
    faults = [
        f"{path.relative_to(ROOT)}: {text[:80]}"
        for path in templates()
        for text in unmarked(path.read_text())
    ]
    assert not faults, "write {% translate %} or {% blocktranslate trimmed %}"


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello there</p>",
        '<a title="Open it" href="/">{{ name }}</a>',
        '<input placeholder="Search {{ thing }}">',
        "{% if x %}Yes{% endif %}",
        '{% callout "Nothing blocks" %}{% endcallout %}',
        '<button aria-label="{% if x %}Close{% endif %}"></button>',
        '{% translate "One" %} and two',
    ],
)
def test_the_scan_of_templates_sees_words(source):
    assert unmarked(source)


@pytest.mark.parametrize(
    "source",
    [
        '<p class="muted small">{% translate "Hello" %}</p>',
        "<code>make run</code><kbd>Esc</kbd>",
        "{% blocktranslate trimmed %}Hello {{ name }}{% endblocktranslate %}",
        '{% callout _("Nothing blocks") "done" %}{% endcallout %}',
        "{{ name }}: {{ value }}, 12 / 7",
        '<html lang="{{ code }}"{% if x %} dir="rtl"{% endif %}>',
    ],
)
def test_the_scan_of_templates_sees_no_words_where_none_are(source):
    assert not unmarked(source)


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ('raise Invalid("Say why.")', 1),
        ('raise Invalid(f"{x} is wrong")', 1),
        ('raise Invalid(_("Say why."), code="missing")', 0),
        ('raise Invalid(f"{path} {fault}.")', 0),
        ('messages.success(request, "It is saved.")', 1),
        ('logger.warning("It is not sent.")', 0),
        ('CharField(label="Short name")', 1),
        ('CharField(label=gettext_lazy("Short name"))', 0),
    ],
)
def test_the_scan_of_code_sees_sentences(tmp_path, monkeypatch, line, faults):
    monkeypatch.setattr("tests.language.test_marked.ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(line)
    assert len(list(said_plainly(path, {"Invalid", *FOR_PEOPLE}))) == faults
