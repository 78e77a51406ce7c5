"""Which roles sign a template: set by people, brought by files, kept by imports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checklists.actors import Actor, Via
from checklists.errors import Conflict, Invalid
from checklists.formats.markdown import write_markdown
from checklists.formats.tree import SignoffRule
from checklists.models import AuditEvent, TemplateVersion
from checklists.operations.templates import (
    import_template,
    publish_version,
    set_rules,
)
from tests.checklist_data import RULES, small_tree
from tests.factories import RoleHolderFactory
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db

TEXT = "# Small\n\n## Ops\n\n- [ ] Configure DNS\n- [ ] Configure CDN (if needed)\n"
CHANGED = TEXT + "- [ ] Rotate keys\n"
SYSTEM = Actor.of_system(Via.COMMAND)


def act(person) -> Actor:
    return Actor.of_person(person)


def imported(text: str = TEXT, *, publish: bool = False, **fields: Any) -> TemplateVersion:
    return import_template(text, actor=SYSTEM, publish=publish, **fields)


def last_event() -> dict[str, Any]:
    body = AuditEvent.objects.filter(chain__key="installation").order_by("-seq").first().body
    return json.loads(body)


def test_rules_change_the_digest_and_are_in_the_log(marta):
    draft = imported()
    ruled = set_rules(draft, [SignoffRule("security", 1, ("ops",))], actor=act(marta))
    assert ruled.digest != draft.digest
    assert ruled.tree.rules == (SignoffRule("security", 1, ("ops",)),)
    assert last_event()["data"] == {
        "slug": "small",
        "number": 1,
        "digest": ruled.digest,
        "rules": [{"role": "security", "count": 1, "sections": ["ops"], "stage": "deploy"}],
    }


def test_the_same_rules_again_change_nothing(marta):
    draft = set_rules(imported(), [SignoffRule("security")], actor=act(marta))
    before = everything()
    set_rules(draft, [SignoffRule("security")], actor=act(marta))
    assert everything() == before


@pytest.mark.parametrize(
    "rule",
    [
        SignoffRule("Security Team"),
        SignoffRule("security", 0),
        SignoffRule("security", 1, ("no-such-section",)),
        SignoffRule("security", stage="later"),
    ],
)
def test_rules_that_mean_nothing_are_refused(rule, marta):
    draft = imported()
    with changes_nothing(Invalid):
        set_rules(draft, [rule], actor=act(marta))


def test_a_rule_that_no_project_has_holders_for_is_refused(cast):
    draft = imported()
    with changes_nothing(Conflict) as caught:
        set_rules(draft, [SignoffRule("security", 2)], actor=act(cast.marta))
    assert caught.value.code == "impossible_quorum"
    assert caught.value.message == (
        "The rule asks for 2 of security, and no project has more than 1 who hold that role."
        " Add holders first."
    )
    RoleHolderFactory(role=cast.security, person=cast.priya)
    assert set_rules(draft, [SignoffRule("security", 2)], actor=act(cast.marta)).tree.rules


def test_holders_who_left_do_not_count(cast):
    RoleHolderFactory(role=cast.security, person=cast.dana)  # deactivated
    RoleHolderFactory(role=cast.security, person=cast.mallory)  # no member
    draft = imported()
    with changes_nothing(Conflict):
        set_rules(draft, [SignoffRule("security", 2)], actor=act(cast.marta))


def test_a_file_without_rules_keeps_those_of_the_newest_version():
    version = set_rules(imported(), [SignoffRule("security", 1, ("ops",))], actor=SYSTEM)
    publish_version(version, actor=SYSTEM)
    before = everything()
    assert imported() == version
    assert everything() == before
    assert imported(CHANGED).tree.rules == version.tree.rules


def test_a_rule_whose_sections_are_gone_covers_the_whole_stage():
    set_rules(imported(), [SignoffRule("security", 1, ("ops",))], actor=SYSTEM)
    other = imported(TEXT.replace("## Ops", "## Operations"))
    assert other.tree.rules == (SignoffRule("security", 1),)


def test_a_file_with_rules_replaces_them():
    version = set_rules(imported(), [SignoffRule("security", 2)], actor=SYSTEM)
    rules = '<!-- readiness {"rules":[{"count":1,"role":"sre","sections":[],"stage":"close"}]} -->'
    other = imported(TEXT.replace("# Small", f"# Small\n{rules}"))
    assert other.tree.rules == (SignoffRule("sre", stage="close"),)
    assert other.pk == version.pk


def test_a_rule_for_a_role_that_nobody_has_yet_is_allowed(marta):
    assert set_rules(imported(), [SignoffRule("legal", 3)], actor=act(marta)).tree.rules


def test_rules_that_come_with_a_file_are_looked_at_too(cast):
    tree = small_tree((SignoffRule("security", 5),))
    with changes_nothing(Conflict):
        import_template(write_markdown(tree), actor=act(cast.marta))


def test_a_published_version_takes_no_rules(marta):
    version = imported(publish=True)
    with changes_nothing(Conflict) as caught:
        set_rules(version, RULES, actor=act(marta))
    assert caught.value.code == "version_published"
