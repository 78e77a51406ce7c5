"""What the code and the templates say: every marked string, and every one that is not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = ROOT / "locale/de/LC_MESSAGES/django.po"

Message = tuple[str, str, str]
"""Context, text, and the text for many; the first and the last are often empty."""

_LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*((?:{_LITERAL}\s*,?\s*)+)", re.S)


def code() -> list[Path]:
    """Every module of ours."""
    return sorted(
        path for top in ("checklists", "readiness") for path in (ROOT / top).rglob("*.py")
    )


def templates() -> list[Path]:
    """Every template of ours, mails too."""
    return sorted(
        path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")
    )


def messages() -> set[Message]:
    """Everything that is marked to be translated."""
    found = {message for path in code() for message in _in_code(path)}
    return found | {message for path in templates() for message in _in_template(path)}


def _in_code(path: Path) -> Iterator[Message]:
    tree = ast.parse(path.read_text())
    names = {
        alias.asname or alias.name: alias.name.removesuffix("_lazy").removesuffix("_noop")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            kind = names.get(node.func.id, "")
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if "gettext" in kind and texts and texts[0]:
                yield _message(kind, [str(text) for text in texts])


def _in_template(path: Path) -> Iterator[Message]:
    for kind, arguments in _CALL.findall(templatize(path.read_text())):
        texts = [ast.literal_eval(text) for text in re.findall(_LITERAL, arguments, re.S)]
        yield _message(kind, texts)


def _message(kind: str, texts: list[str]) -> Message:
    context = texts.pop(0) if "p" in kind else ""
    return context, texts[0], texts[1] if kind.startswith("n") else ""


# --- The catalogue ---------------------------------------------------------------------------

Translations = dict[Message, tuple[str, ...]]


def catalogue() -> tuple[Translations, list[str]]:
    """Each message with its translations, and the texts that are marked as guesses."""
    entries: Translations = {}
    guesses = []
    for block in CATALOGUE.read_text().split("\n\n"):
        fields = _fields(block)
        if fields.get("msgid"):
            message = (fields.get("msgctxt", ""), fields["msgid"], fields.get("msgid_plural", ""))
            said = [text for name, text in fields.items() if name.startswith("msgstr")]
            entries[message] = tuple(said)
            if re.search(r"^#,.*\bfuzzy\b", block, re.M):
                guesses.append(fields["msgid"])
    return entries, guesses


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if not line.startswith('"'):
            name, fields[word] = word, ""
        else:
            rest = line
        fields[name] += ast.literal_eval(rest)
    return fields


# --- What nobody marked ----------------------------------------------------------------------

_TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)
_TRANSLATED = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.S)
_NO_TEXT = re.compile(
    r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{%\s*block\s+\w*class\s*%}.*?{%\s*endblock.*?%}",
    re.S,
)
_ELEMENT = re.compile(r"""<(?:!--.*?--|/?[a-zA-Z!\0](?:"[^"]*"|'[^']*'|[^<>"'])*)>""", re.S)
_VERBATIM = re.compile(r"<(code|kbd|pre|samp|style|script)\b.*?</\1>", re.S)
_SPOKEN = re.compile(r"""\s(?:title|aria-label|aria-description|placeholder|alt)="([^"]*)\"""")
_ATTRIBUTE = re.compile(r"""\s[\w-]+="[^"]*\"""")
_SENTENCE_TAGS = re.compile(
    r"""{%\s*(?:callout|empty)\s+"|{%\s*(?:status|pill)\s+\S+\s+"[^"]*[a-z]"""
)
_WORD = re.compile(r"[A-Za-zÀ-ž]{2,}")
SAME_EVERYWHERE = {"Readiness", "UTC", "SHA", "nbsp"}
"""Names, and what is no text where this looks."""


def unmarked(source: str) -> list[str]:
    """Words of a template that stand outside of every translation."""
    source = _NO_TEXT.sub("\0", _TRANSLATED.sub("\0", source))
    found = [match[0] for match in _SENTENCE_TAGS.finditer(source)]
    plain = _VERBATIM.sub("\0", _TAG.sub("\0", source))
    found += [text for text in _SPOKEN.findall(plain) if _spoken(text)]
    texts = (_ATTRIBUTE.sub("", text) for text in _ELEMENT.split(plain))
    return found + [text.strip() for text in texts if _spoken(text)]


def _spoken(text: str) -> bool:
    return any(word not in SAME_EVERYWHERE for word in _WORD.findall(text))
