"""The linter: what it points at, what it leaves alone, and what it says."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from checklists.formats.lint import lint
from checklists.formats.lint_titles import ages, asks_twice, probe_kinds, vague_word
from checklists.formats.lint_words import LINT_WORDS, SEVERITIES, Finding
from checklists.formats.markdown import read_markdown
from checklists.formats.tree import ChecklistTree, Item, SignoffRule
from checklists.operations.templates import BUILTIN
from tests.checklist_data import wide_tree
from tests.formats.strategies import trees
from tests.fuzzing import examples

DOCS = Path(__file__).parents[2] / "docs"


def checklist(*titles: str, **fields: object) -> ChecklistTree:
    boxes = "\n".join(f"- [ ] {title}" for title in titles)
    tree = read_markdown(f"# T\n\n## Ops\n\n{boxes}\n").tree
    if not fields:
        return tree
    return with_items(tree, *(replace(item, **fields) for item in tree.items()))


def with_items(tree: ChecklistTree, *items: Item) -> ChecklistTree:
    section = tree.sections[0]
    groups = (replace(section.groups[0], items=items),)
    return replace(tree, sections=(replace(section, groups=groups), *tree.sections[1:]))


def codes(tree: ChecklistTree, *kinds: str) -> list[str]:
    return [finding.code for finding in lint(tree, kinds=kinds)]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Create and test backups", "and test"),
        ("Stop the workers, then migrate the database", "then migrate"),
        ("Enable/disable the flag", "Enable/disable"),
        ("Is it up? Is it fast?", "?"),
        ("DNS points to us; mail works", ";"),
        # one thing with two names
        ("Provision production servers/containers", ""),
        ("Comply with GDPR/CCPA", ""),
        ("Set up SSL/TLS certificates", ""),
        ("Users and permissions are reviewed", ""),
        ("Search and filters work", ""),
        ("Monitor for 24-48 hours", ""),
        ("Does the page answer?", ""),
        ("Handle errors & warnings", ""),
    ],
)
def test_two_questions_in_one_title(title, found):
    assert asks_twice(title) == found


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Set up SSL/TLS certificates", "tls"),
        ("Encrypt data in transit", "tls"),
        ("Check health endpoints", "http"),
        ("Enable HTTPS only", "http"),
        ("Configure CORS properly", "http"),
        ("Configure DNS", "dns"),
        ("Configure Redis persistence", "redis"),
        ("Configure database replication", "postgres"),
        ("Configure firewall rules", "tcp"),
        ("Configure backup schedule", "heartbeat"),
        ("Implement PII handling", ""),
        ("Encrypt data at rest", ""),
        ("Notify team of deployment", ""),
        ("Document rollback procedures", ""),
    ],
)
def test_what_a_probe_could_verify(title, kind):
    assert next(iter(probe_kinds(title)), "") == kind
    expected = ["probe_possible"] if kind else []
    assert [c for c in codes(checklist(title), kind) if c == "probe_possible"] == expected
    assert "probe_possible" not in codes(checklist(title, probe="{}"), kind)
    assert "probe_possible" not in codes(checklist(title))


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Set up SSL/TLS certificates", "certificates"),
        ("Test backup restoration", "restoration"),
        ("Penetration test passed", "Penetration test"),
        ("Test disaster recovery procedures", "Test disaster recovery"),
        ("Rotate secrets", "Rotate"),
        ("Run load tests", "load tests"),
        ("Set up on-call rotation", ""),
        ("Document disaster recovery plan", ""),
        ("Test audit log access", ""),
        ("Set up database backups", ""),
    ],
)
def test_what_ages_needs_a_validity(title, word):
    assert ages(title) == word
    assert ("validity_missing" in codes(checklist(title))) == bool(word)
    assert "validity_missing" not in codes(checklist(title, valid_for="90d"))


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Everything works", "Everything"),
        ("Configure CORS properly", "properly"),
        ("Logs, metrics, etc. are there", "etc"),
        ("Sanity check", "Sanity"),
        ("Review everything-as-code policies", "everything"),
        ("Propertly spelled titles pass", ""),
        ("The p95 of the front page is below 300 ms", ""),
    ],
)
def test_words_that_leave_open_what_must_be_true(title, word):
    assert vague_word(title) == word


def test_titles_twice_and_in_other_words():
    found = lint(
        checklist("Configure auto-scaling", "Set up auto-scaling", "configure Auto scaling")
    )
    assert [(finding.code, finding.key.rpartition("/")[2]) for finding in found] == [
        ("near_duplicate", "set-up-auto-scaling"),
        ("duplicate_title", "configure-auto-scaling-2"),
        ("near_duplicate", "configure-auto-scaling-2"),
    ]
    assert found[0].says == "Much like “Configure auto-scaling”."
    assert codes(checklist("Monitor performance", "Monitor database performance")) == []
    assert codes(checklist("Test log aggregation", "Set up log aggregation")) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"requirement": "may", "evidence_required": True, "evidence_kind": "file"}, "may_with_evidence"),  # noqa: E501
        ({"evidence_required": True}, "evidence_kind_missing"),
        ({"due": "T+1h"}, "due_after_target"),
        ({"title": "Release notes. " * 10}, "too_long"),
        ({"title": "DNS"}, "too_short"),
    ],
)  # fmt: skip
def test_fields_that_do_not_go_together(fields, code):
    assert codes(checklist("Write release notes", **fields)) == [code]


@pytest.mark.parametrize(
    "fields",
    [
        {"due": "T-1h"},
        {"due": "T+1h", "stage": "close"},
        {"requirement": "may"},
        {"evidence_required": True, "evidence_kind": "link"},
        {"title": "本番データベースを準備する"},
    ],
)
def test_fields_that_do(fields):
    assert codes(checklist("Write release notes", **fields)) == []


def test_headings_and_rules_over_nothing():
    tree = read_markdown("# T\n\n## Ops\n\n- [ ] Write notes\n\n## Empty\n\n### Hollow\n").tree
    rules = (SignoffRule("sre"), SignoffRule("qa", 1, ("empty",)), SignoffRule("x", 1, (), "close"))
    found = lint(replace(tree, rules=rules))
    assert [(finding.code, finding.key or finding.facts["role"]) for finding in found] == [
        ("no_items", "empty/hollow"),
        ("rule_without_items", "qa"),
        ("rule_without_items", "x"),
    ]
    overlay = replace(tree, rules=rules, extends="other")
    assert codes(overlay) == ["no_items"]


def test_the_production_checklist_gives_this_much_to_think_about():
    tree = read_markdown((BUILTIN / "production-checklist.md").read_bytes()).tree
    assert Counter(codes(tree, "http", "tls")) == {
        "probe_possible": 13,
        "validity_missing": 10,
        "duplicate_title": 5,
        "near_duplicate": 4,
        "vague": 3,
    }


@settings(deadline=None, max_examples=examples(60))
@given(trees())
def test_any_checklist_can_be_read_and_everything_found_has_its_words(tree):
    keys = {item.key for item in tree.items()} | {""}
    keys |= {part.key for s in tree.sections for part in (s, *s.groups)}
    for finding in lint(tree, kinds=("http", "tls")):
        assert finding.key in keys
        assert finding.severity in SEVERITIES
        assert finding.says
        assert finding.advice


def test_every_code_is_documented_with_what_it_weighs():
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \|", (DOCS / "templates.md").read_text(), re.M)
    assert dict(listed) == {code: words.severity for code, words in LINT_WORDS.items()}


def test_a_wall_of_alike_titles_costs_no_wall_of_time():
    tree = wide_tree(4_000)
    started = time.perf_counter()
    lint(tree)
    assert time.perf_counter() - started < 5


def test_the_words_of_a_finding_take_its_facts():
    finding = Finding("impossible_quorum", "", {"role": "dpo", "required": 2, "holders": 0})
    assert finding.says == "A rule asks for 2 of dpo; at most 0 hold that role."
