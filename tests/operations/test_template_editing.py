"""Editing a draft: nobody overwrites another, and one's own last edit can be undone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from checklists.actors import Actor, Via
from checklists.audit.verify_rows import Installation, template_findings
from checklists.errors import Conflict, DraftChanged, Invalid, NotVisible
from checklists.formats.tree import SignoffRule
from checklists.models import AuditEvent, DraftStep, Template, TemplateVersion
from checklists.operations.draft_edits import MOST_STEPS
from checklists.operations.template_editing import (
    add_item,
    change_item,
    delete_part,
    rename_part,
    suggest_probe,
    undo_edit,
)
from checklists.operations.template_lint import findings_of
from checklists.operations.template_moving import move_up
from checklists.operations.template_new import create_template, duplicate_template
from checklists.operations.templates import (
    discard_draft,
    import_template,
    publish_version,
    set_rules,
)
from tests.factories import SignoffRoleFactory
from tests.operations.nothing import changes_nothing, everything, new_events

pytestmark = pytest.mark.django_db

TEXT = "# Small\n\n## Ops\n\n- [ ] Configure DNS\n- [ ] Set up TLS\n"
DNS, TLS = "ops/general/configure-dns", "ops/general/set-up-tls"
SYSTEM = Actor.of_system(Via.COMMAND)


def by(person, version) -> dict[str, object]:
    return {"actor": Actor.of_person(person), "expected_digest": version.digest}


@pytest.fixture
def draft() -> TemplateVersion:
    return import_template(TEXT, actor=SYSTEM)


def faults() -> list[str]:
    """What verifying finds wrong with the rows of templates: against their images, and digests."""
    images = Installation()
    for body in AuditEvent.objects.order_by("seq").values_list("body", flat=True):
        images.take(json.loads(body))
    found = [*images.findings(), *template_findings()]
    return [str(fault) for fault in found if str(fault).startswith("template")]


def titles(version) -> list[str]:
    return [item.title for item in TemplateVersion.objects.get(pk=version.pk).tree.items()]


def test_an_edit_answers_with_the_draft_and_the_key_to_look_at(cast, draft):
    edited, key = add_item(draft, DNS, "  Configure\n CDN ", **by(cast.marta, draft))
    assert (key, titles(edited)) == (
        "ops/general/configure-cdn",
        ["Configure DNS", "Configure CDN", "Set up TLS"],
    )
    assert edited.digest != draft.digest


def test_the_event_has_the_facts_and_no_words(cast, draft):
    edited, _ = rename_part(draft, DNS, "Secret plans", **by(cast.marta, draft))
    event = AuditEvent.objects.filter(action="template.edited").get()
    assert json.loads(event.body)["data"] == {
        "slug": "small",
        "number": 1,
        "digest": edited.digest,
        "edit": "renamed",
        "from": draft.digest,
    }
    assert faults() == []


def test_an_edit_that_changes_nothing_records_nothing(cast, draft):
    before = everything()
    move_up(draft, DNS, **by(cast.marta, draft))
    rename_part(draft, DNS, " Configure  DNS ", **by(cast.marta, draft))
    assert everything() == before


def test_who_was_slower_is_told_who_changed_what(cast, draft):
    edited, _ = rename_part(draft, DNS, "Set up DNS", **by(cast.marta, draft))
    edited, _ = delete_part(edited, TLS, **by(cast.olga, edited))
    with changes_nothing(DraftChanged) as refused:
        add_item(draft, DNS, "Mine", **by(cast.marta, draft))
    assert refused.value.details == {
        "current_digest": edited.digest,
        "changed_by": cast.olga.name,
        "what": "deleted a part",
        "changes": 2,
    }
    assert "There is 1 more change." in refused.value.message


def test_a_file_imported_over_the_draft_is_named_too(cast, draft):
    import_template(TEXT + "- [ ] More\n", actor=Actor.of_person(cast.olga))
    with pytest.raises(DraftChanged, match="imported a file over it"):
        add_item(draft, DNS, "Mine", **by(cast.marta, draft))


def test_edits_are_undone_one_by_one_to_the_same_digest(cast, draft):
    one, _ = add_item(draft, DNS, "One", **by(cast.marta, draft))
    two, _ = delete_part(one, TLS, **by(cast.marta, one))
    back, key = undo_edit(two, **by(cast.marta, two))
    assert key == TLS  # which came back
    assert (back.digest, titles(back)) == (one.digest, ["Configure DNS", "One", "Set up TLS"])
    back, key = undo_edit(back, **by(cast.marta, back))
    assert key == DNS  # above what is gone
    assert (back.digest, back.content) == (draft.digest, draft.content)
    with changes_nothing(Conflict) as refused:
        undo_edit(back, **by(cast.marta, back))
    assert refused.value.code == "nothing_to_undo"
    assert new_events(1)[-4:] == ["template.edited"] * 4
    assert faults() == []


def test_nobody_undoes_what_another_did(cast, draft):
    edited, _ = add_item(draft, DNS, "One", **by(cast.marta, draft))
    with changes_nothing(Conflict):
        undo_edit(edited, **by(cast.olga, edited))
    ruled = set_rules(edited, [SignoffRule("sre")], actor=Actor.of_person(cast.olga))
    with changes_nothing(Conflict):
        undo_edit(ruled, **by(cast.marta, ruled))


def test_the_way_back_ends_somewhere_and_with_the_draft(cast, draft):
    for number in range(MOST_STEPS + 2):
        draft, _ = rename_part(draft, DNS, f"Configure DNS {number}", **by(cast.marta, draft))
    assert DraftStep.objects.count() == MOST_STEPS
    assert max(len(text) for text in DraftStep.objects.values_list("text", flat=True)) < 10
    publish_version(draft, actor=SYSTEM)
    assert not DraftStep.objects.exists()


def test_a_discarded_draft_takes_its_way_back_along(cast, draft):
    edited, _ = add_item(draft, DNS, "One", **by(cast.marta, draft))
    discard_draft(edited, actor=SYSTEM)
    assert not DraftStep.objects.exists()
    with changes_nothing(NotVisible):
        add_item(edited, DNS, "Two", **by(cast.marta, edited))


def test_a_published_version_is_not_edited(cast, draft):
    publish_version(draft, actor=SYSTEM)
    with changes_nothing(Conflict) as refused:
        add_item(draft, DNS, "Late", **by(cast.marta, draft))
    assert refused.value.code == "version_published"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due": "soon"}, "sections[0].groups[0].items[0].due"),
        ({"title": ""}, "sections[0].groups[0].items[0].title"),
        ({"owner_role": "Not a slug"}, "sections[0].groups[0].items[0].owner_role"),
        ({"guidance": "a\x0bb"}, "sections[0].groups[0].items[0].guidance"),
        ({"valid_for": "0d"}, "sections[0].groups[0].items[0].valid_for"),
        ({"stage": "never"}, "sections[0].groups[0].items[0].stage"),
    ],
)
def test_fields_that_cannot_be_are_refused_by_name(changes, field, cast, draft):
    with changes_nothing(Invalid) as refused:
        change_item(draft, DNS, changes, **by(cast.marta, draft))
    assert refused.value.details["field"] == field


def test_a_suggested_probe_is_kept_as_canonical_json_with_its_defaults(cast, draft):
    spec = {"kind": "tls", "params": {"host": "x.example"}, "conditions": [], "interval_s": 60}
    edited, _ = suggest_probe(draft, TLS, **spec, **by(cast.marta, draft))
    kept = json.loads([item.probe for item in edited.tree.items()][1])
    assert kept["params"]["port"] == 443
    assert list(kept) == ["conditions", "interval_s", "kind", "params"]
    for wrong in ({"interval_s": 1}, {"kind": "ping"}, {"params": {}}):
        with changes_nothing(Invalid):
            suggest_probe(edited, TLS, **{**spec, **wrong}, **by(cast.marta, edited))


def test_a_template_is_made_from_nothing_or_from_another(cast):
    marta = Actor.of_person(cast.marta)
    made = create_template(" Mobile  app ", section="Before", item="Symbols are up", actor=marta)
    assert (made.template.slug, made.number, titles(made)) == ("mobile-app", 1, ["Symbols are up"])
    copy = duplicate_template(made, "Web app", actor=marta)
    assert (copy.tree.title, copy.tree.sections) == ("Web app", made.tree.sections)
    for name, field in (("Mobile app", "name"), ("  ", "name"), ("New", "slug")):
        with changes_nothing(Invalid) as refused:
            duplicate_template(made, name, actor=marta)
        assert refused.value.details["field"] == field
    with changes_nothing(Invalid):
        create_template("Other", section="", item="x", actor=marta)
    assert Template.objects.count() == 2
    assert faults() == []


def test_what_nobody_can_sign_is_found(draft):
    SignoffRoleFactory(slug="dpo")
    rules = (SignoffRule("nobody"), SignoffRule("dpo"))
    items = [replace(item, owner_role="ghost") for item in draft.tree.items()]
    section = draft.tree.sections[0]
    groups = (replace(section.groups[0], items=tuple(items[:1])),)
    tree = replace(draft.tree, rules=rules, sections=(replace(section, groups=groups),))
    found = [(finding.code, finding.key) for finding in findings_of(tree)]
    assert found[:3] == [("impossible_quorum", ""), ("role_unknown", ""), ("owner_unknown", DNS)]


def test_a_draft_whose_quorum_became_impossible_is_not_published(cast, draft):
    version = set_rules(draft, [SignoffRule("dpo")], actor=SYSTEM)
    SignoffRoleFactory(slug="dpo")
    with changes_nothing(Conflict) as refused:
        publish_version(version, actor=SYSTEM)
    assert refused.value.code == "impossible_quorum"


def test_a_draft_is_published_only_as_it_was_read(cast, draft):
    edited, _ = add_item(draft, DNS, "One", **by(cast.marta, draft))
    with changes_nothing(Conflict) as refused:
        publish_version(edited, actor=SYSTEM, expected_digest=draft.digest)
    assert refused.value.code == "digest_changed"
    assert publish_version(edited, actor=SYSTEM, expected_digest=edited.digest).is_published
