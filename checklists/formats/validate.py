"""What a checklist must be to be kept: every rule that its values alone can break."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from checklists.errors import Invalid
from checklists.formats.keys import GENERAL, is_key
from checklists.formats.tree import (
    CONDITIONS,
    COUNT_MAX,
    DUE,
    EVIDENCE_KINDS,
    GUIDANCE_MAX,
    NOTE_MAX,
    PROBE_MAX,
    REQUIREMENTS,
    ROLE,
    ROLE_MAX,
    STAGES,
    TITLE_MAX,
    URL_MAX,
    VALIDITY,
    ChecklistTree,
    Group,
    Item,
    RelatedDocument,
    Section,
    SignoffRule,
)

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"[\t\n\x85\u2028\u2029]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SCHEMES = {"http", "https", "mailto"}


def check_tree(tree: ChecklistTree) -> None:
    """Raise Invalid at the first fault, naming its field (`sections[0].groups[1].title`)."""
    check_line(tree.title, "title", limit=TITLE_MAX)
    check_prose(tree.intro, "intro")
    for number, section in enumerate(tree.sections):
        _check_section(section, f"sections[{number}]", first=number == 0)
    _check_unique(tree)
    for number, document in enumerate(tree.related):
        check_document(document, f"related[{number}]")
    check_rules(tree.rules, {section.key for section in tree.sections})
    _check_overlay(tree)
    if not any(True for item in tree.items()):
        raise Invalid(
            _("The checklist has no item. Write each one as “- [ ] What must be true”."),
            code="no_items",
            field="sections",
        )


def check_rules(rules: Sequence[SignoffRule], section_keys: set[str]) -> None:
    """Raise Invalid unless each rule has a role, once per stage, a count, and real sections."""
    seen = set()
    for number, rule in enumerate(rules):
        path = f"rules[{number}]"
        _check_role(rule.role, f"{path}.role")
        _check_choice(rule.stage, f"{path}.stage", STAGES)
        if not 1 <= rule.count <= COUNT_MAX:
            raise _wrong(
                f"{path}.count",
                _("must be from 1 to %(count_max)s, not %(count)s")
                % {"count_max": COUNT_MAX, "count": rule.count},
            )
        if (rule.role, rule.stage) in seen:
            raise _wrong(
                path,
                _("is a second rule for %(role)s in the stage %(stage)s")
                % {"role": rule.role, "stage": rule.stage},
            )
        seen.add((rule.role, rule.stage))
        if len(set(rule.sections)) != len(rule.sections):
            raise _wrong(f"{path}.sections", _("names a section twice"))
        for key in rule.sections:
            if key not in section_keys:
                raise _wrong(
                    f"{path}.sections",
                    _("names %(key)r, and there is no such section") % {"key": key},
                )


def check_item(item: Item, path: str) -> None:
    """Raise Invalid if one of the item's own values cannot be; its neighbours are not looked at."""
    _check_key(item.key, f"{path}.key", segments=3)
    check_line(item.title, f"{path}.title", limit=TITLE_MAX, needed=True)
    check_prose(item.guidance, f"{path}.guidance")
    _check_choice(item.stage, f"{path}.stage", STAGES)
    _check_choice(item.requirement, f"{path}.requirement", REQUIREMENTS)
    _check_choice(item.condition, f"{path}.condition", CONDITIONS)
    if item.owner_role:
        _check_role(item.owner_role, f"{path}.owner_role")
    if item.due and not DUE.fullmatch(item.due):
        raise _wrong(f"{path}.due", _("must be relative to the target, like T-2d or T+4h"))
    _check_choice(item.evidence_kind, f"{path}.evidence_kind", EVIDENCE_KINDS)
    if item.evidence_kind and not item.evidence_required:
        raise _wrong(f"{path}.evidence_kind", _("is named although no evidence is required"))
    if item.valid_for and not VALIDITY.fullmatch(item.valid_for):
        raise _wrong(f"{path}.valid_for", _("must be a time like 12h, 90d or 26w"))
    if item.probe:
        _check_probe(item.probe, f"{path}.probe")


def check_document(document: RelatedDocument, path: str) -> None:
    """Raise Invalid unless the document has a title and an address that is safe to follow."""
    check_line(document.title, f"{path}.title", limit=TITLE_MAX, needed=True)
    check_line(document.url, f"{path}.url", limit=URL_MAX, needed=True)
    check_line(document.note, f"{path}.note", limit=NOTE_MAX)
    scheme = _SCHEME.match(document.url)
    if scheme and scheme.group(1).lower() not in _SCHEMES:
        raise _wrong(f"{path}.url", _("must be relative, or begin with http:, https: or mailto:"))


def check_line(text: str, path: str, *, limit: int, needed: bool = False) -> None:
    """Raise Invalid unless the text is one line of plain text within the limit."""
    if needed and not text:
        raise _wrong(path, _("is missing"))
    if len(text) > limit:
        raise _wrong(
            path,
            _("is %(count)s characters long; the limit is %(limit)s")
            % {"count": f"{len(text):,}", "limit": f"{limit:,}"},
        )
    if _FORBIDDEN.search(text) or _LINE_BREAKS.search(text):
        raise _wrong(path, _("holds a control character or a line break"))
    if text != text.strip():
        raise _wrong(path, _("begins or ends with a space"))


def check_prose(text: str, path: str) -> None:
    """Raise Invalid unless the text is Markdown source within the limit."""
    if len(text) > GUIDANCE_MAX:
        raise _wrong(
            path,
            _("is %(count)s characters long; the limit is %(guidance_max)s")
            % {"count": f"{len(text):,}", "guidance_max": f"{GUIDANCE_MAX:,}"},
        )
    if _FORBIDDEN.search(text):
        raise _wrong(path, _("holds a control character"))
    if text.strip("\n") != text or (text and not text.strip()):
        raise _wrong(path, _("begins or ends with an empty line"))


def _check_probe(text: str, path: str) -> None:
    """Its shape only: whether such a probe can run is for the kinds of probes to say."""
    if len(text) > PROBE_MAX:
        raise _wrong(
            path,
            _("is %(count)s characters long; the limit is %(probe_max)s")
            % {"count": f"{len(text):,}", "probe_max": f"{PROBE_MAX:,}"},
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong(path, _("must be JSON")) from None
    shape = {"kind": str, "params": dict, "conditions": list, "interval_s": int}
    if not isinstance(data, dict) or {n: type(v) for n, v in data.items()} != shape:
        raise _wrong(path, _("must be an object of kind, params, conditions and interval_s"))


def _check_overlay(tree: ChecklistTree) -> None:
    if not tree.extends and (tree.projects or tree.environments):
        raise _wrong("extends", _("is missing: projects and environments are for overlays"))
    if tree.extends:
        check_line(tree.extends, "extends", limit=TITLE_MAX)
    for name, values in (("projects", tree.projects), ("environments", tree.environments)):
        if len(set(values)) != len(values):
            raise _wrong(name, _("names one twice"))
        for number, value in enumerate(values):
            check_line(value, f"{name}[{number}]", limit=ROLE_MAX, needed=True)


def _check_section(section: Section, path: str, *, first: bool) -> None:
    _check_heading(section, path, first=first, general=GENERAL, segments=1)
    for number, group in enumerate(section.groups):
        _check_group(group, f"{path}.groups[{number}]", first=number == 0, section=section)


def _check_group(group: Group, path: str, *, first: bool, section: Section) -> None:
    _check_heading(group, path, first=first, general=f"{section.key}/{GENERAL}", segments=2)
    above: list[str] = []
    for number, item in enumerate(group.items):
        here = f"{path}.items[{number}]"
        check_item(item, here)
        while above and above[-1] != item.parent:
            above.pop()
        if item.parent and not above:
            raise _wrong(f"{here}.parent", _("is not the item that it follows, nor one above that"))
        above.append(item.key)


def _check_heading(
    part: Section | Group, path: str, *, first: bool, general: str, segments: int
) -> None:
    _check_key(part.key, f"{path}.key", segments=segments)
    check_line(part.title, f"{path}.title", limit=TITLE_MAX, needed=not first)
    check_prose(part.guidance, f"{path}.guidance")
    if not part.title and part.guidance:
        raise _wrong(f"{path}.guidance", _("needs a heading to stand under"))
    if not (part.title or (part.groups if isinstance(part, Section) else part.items)):
        raise _wrong(path, _("has neither a title nor content"))
    if not part.title and part.key != general:
        raise _wrong(
            f"{path}.key",
            _("must be %(general)r, because it has no title") % {"general": general},
        )


def _check_unique(tree: ChecklistTree) -> None:
    seen: set[str] = set()
    for section in tree.sections:
        groups = [group.key for group in section.groups]
        for key in (section.key, *groups, *(item.key for item in section.items())):
            if key in seen:
                raise _wrong("sections", _("hold the key %(key)r twice") % {"key": key})
            seen.add(key)


def _check_key(key: str, path: str, *, segments: int) -> None:
    if not is_key(key, segments=segments):
        words = _("must be %(segments)s slugs with a slash between, not %(key)r")
        raise _wrong(path, words % {"segments": segments, "key": key[:80]})


def _check_role(text: str, path: str) -> None:
    if len(text) > ROLE_MAX or not ROLE.fullmatch(text):
        words = _("must be the slug of a role, like release-manager, not %(text)r")
        raise _wrong(path, words % {"text": text[:80]})


def _check_choice(value: str, path: str, choices: Sequence[str]) -> None:
    if value not in choices:
        words = ", ".join(choice or "nothing" for choice in choices)
        raise _wrong(
            path,
            _("must be one of %(words)s, not %(value)r") % {"words": words, "value": value[:80]},
        )


def _wrong(path: str, fault: str) -> Invalid:
    return Invalid(f"{path} {fault}.", code="invalid_checklist", field=path)
