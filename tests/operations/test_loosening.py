"""Loosening a template's rules needs the sign-offs of the old ones, whichever way it is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.verify import verify_all
from checklists.errors import Conflict, Invalid, NotAllowed, Refused
from checklists.formats.content import to_content
from checklists.formats.loosening import How, loosened, weaker
from checklists.formats.tree import SignoffRule
from checklists.models import ApiToken, RoleHolder, RuleApproval, SignoffRole
from checklists.operations.loosening import approve_loosening
from checklists.operations.loosening_needs import needs_of
from checklists.operations.releases import open_release
from checklists.operations.templates import (
    discard_draft,
    import_tree,
    publish_version,
    set_rules,
    start_draft,
)
from tests.audit.full_release import log_rows_of_factories
from tests.checklist_data import RULES, TARGET, open_small_release, publish, small_tree
from tests.factories import MembershipFactory, PersonFactory, RoleHolderFactory
from tests.operations.nothing import changes_nothing
from tests.overlay_data import changed_item, eu_tree, small_with

pytestmark = pytest.mark.django_db

SYSTEM = Actor.of_system()


def act(person) -> Actor:
    return Actor.of_person(person)


def agree(draft, person, role="security", **more):
    draft.refresh_from_db()
    fields = {"digest": draft.digest, "authenticated_at": timezone.now(), **more}
    return approve_loosening(draft, role, actor=act(person), **fields)


@pytest.fixture
def small(cast):
    template = publish(small_tree(), published_by=cast.marta)
    log_rows_of_factories()
    return template


@pytest.fixture
def stripped(cast, small):
    """A draft of the small checklist without its rule for security."""
    return set_rules(start_draft(small, actor=act(cast.marta)), RULES[1:], actor=act(cast.marta))


@pytest.mark.parametrize(
    ("new", "how"),
    [
        (replace(small_tree(), rules=RULES[1:]), How.RULE_GONE),
        (small_with("rotate-secrets", requirement="should"), How.ITEM_OPTIONAL),
        (small_with("rotate-secrets", stage="close"), How.ITEM_LATER),
        (small_with("rotate-secrets", title=None), How.ITEM_GONE),
        (
            replace(small_tree((SignoffRule("security"),)), sections=small_tree().sections[::2]),
            How.SECTION_GONE,
        ),
        (small_tree((SignoffRule("security", sections=("infrastructure",)),)), How.SECTION_GONE),
    ],
)
def test_what_makes_a_rule_looser(new, how):
    found = {f.rule.role: [looser.how for looser in f.looser] for f in loosened(small_tree(), new)}
    assert found["security"] == [how]


def test_fewer_people_and_fewer_places():
    old = eu_tree(rules=(SignoffRule("security", 2),))
    assert loosened(old, old) == ()
    fewer = loosened(old, replace(old, rules=(SignoffRule("security"),)))
    assert [(looser.how, looser.what) for looser in fewer[0].looser] == [(How.FEWER, "1")]
    elsewhere = loosened(old, replace(old, environments=("staging",)))
    assert [looser.how for looser in elsewhere[0].looser] == [How.FEWER_PLACES]
    assert loosened(replace(old, projects=("a",)), old) == ()


@pytest.mark.parametrize(
    "new",
    [
        replace(small_tree(), rules=(*RULES, SignoffRule("sre"))),
        small_with("audit-access", requirement="may"),
        small_with("audit-access", title=None),
        small_with("review-logs", title=None, stage="close"),
        small_with("rotate-secrets", evidence_required=True),
        small_with("rotate-secrets", na_allowed=True),
    ],
)
def test_what_does_not(new):
    if not any(item.stage == "close" for item in new.items()):
        new = replace(new, rules=RULES)
    assert "security" not in {found.rule.role for found in loosened(small_tree(), new)}


def test_what_items_ask_less_of_is_said_and_no_rule():
    new = changed_item(small_tree(), "rotate-secrets", na_allowed=True, title="Rotate them")
    assert [(item.title, names) for item, names in weaker(small_tree(), new)] == [
        ("Rotate them", ("na_allowed",))
    ]


def test_publishing_waits_for_the_old_rules_holders(cast, stripped):
    with changes_nothing(Conflict) as refused:
        publish_version(stripped, actor=act(cast.marta))
    assert refused.value.code == "loosening_needs_approval"
    assert refused.value.details["missing"] == [
        {"role": "security", "required": 1, "met": 0, "projects": ["payments"]}
    ]
    agree(stripped, cast.sam)
    assert publish_version(stripped, actor=act(cast.marta)).is_published
    assert verify_all().is_clean


def test_agreeing_again_records_nothing(cast, stripped):
    agree(stripped, cast.sam)
    agree(stripped, cast.sam)
    assert RuleApproval.objects.count() == 1


@pytest.mark.parametrize("who", ["marta", "olga", "priya", "dana", "mallory", "root"])
def test_only_holders_of_the_role_agree(cast, stripped, who):
    with changes_nothing(NotAllowed):
        agree(stripped, getattr(cast, who))


def test_neither_a_token_nor_the_system_agrees(cast, stripped):
    token = ApiToken(public_id="x", person=cast.sam, project=cast.project, scopes="templates")
    for actor in (Actor.of_token(token), SYSTEM):
        with changes_nothing(NotAllowed):
            approve_loosening(
                stripped,
                "security",
                actor=actor,
                digest=stripped.digest,
                authenticated_at=timezone.now(),
            )


@pytest.mark.parametrize("at", [None, timedelta(minutes=6)])
def test_an_old_proof_of_who_one_is_does_not_do(cast, stripped, at):
    with changes_nothing(NotAllowed) as refused:
        agree(stripped, cast.sam, authenticated_at=at and timezone.now() - at)
    assert refused.value.code == "reauthentication_required"


def test_another_draft_than_the_one_read_is_not_agreed_to(cast, stripped):
    with changes_nothing(Conflict) as refused:
        agree(stripped, cast.sam, digest="0" * 64)
    assert refused.value.code == "digest_changed"


def test_any_edit_makes_the_agreement_void(cast, stripped):
    agree(stripped, cast.sam)
    set_rules(stripped, [], actor=act(cast.marta))
    stripped.refresh_from_db()
    with changes_nothing(Conflict):
        publish_version(stripped, actor=act(cast.marta))


def test_discarding_the_draft_takes_its_agreements_along(cast, stripped):
    agree(stripped, cast.sam)
    discard_draft(stripped, actor=act(cast.marta))
    assert not RuleApproval.objects.exists()
    assert verify_all().is_clean


def test_one_person_agrees_for_one_role(cast, small):
    draft = set_rules(start_draft(small, actor=act(cast.marta)), [], actor=act(cast.marta))
    RoleHolderFactory(role=cast.release_management, person=cast.sam)
    agree(draft, cast.sam)
    with changes_nothing(Conflict) as refused:
        agree(draft, cast.sam, role="release-manager")
    assert refused.value.code == "one_role_per_person"


def test_nothing_looser_is_nothing_to_agree_to(cast, small):
    draft = start_draft(small, actor=act(cast.marta))
    with changes_nothing(Invalid):
        agree(draft, cast.sam)


def test_who_no_longer_holds_the_role_no_longer_counts(cast, stripped):
    agree(stripped, cast.sam)
    RoleHolder.objects.filter(person=cast.sam).delete()
    stripped.refresh_from_db()
    with pytest.raises(Conflict, match="Nobody holds “Security” in any project"):
        publish_version(stripped, actor=act(cast.marta))


def test_the_first_version_needs_nobody(cast):
    assert import_tree(small_tree(), actor=SYSTEM, slug="first", publish=True).is_published


def loosen_by_import(cast, small, person):
    return import_tree(
        replace(small_tree(), rules=RULES[1:]), actor=act(person), slug="small", publish=True
    )


def loosen_by_discarding(cast, small, person):
    discard_draft(start_draft(small, actor=act(person)), actor=act(person))
    return loosen_by_import(cast, small, person)


def loosen_by_removing_the_section(cast, small, person):
    tree = replace(small_tree(()), sections=small_tree().sections[::2])
    return import_tree(tree, actor=act(person), slug="small", publish=True)


def loosen_in_two_steps(cast, small, person):
    """A rule for another role first: the old one is gone in the first step already."""
    tree = replace(small_tree(), rules=(SignoffRule("securty"), RULES[1]))
    return import_tree(tree, actor=act(person), slug="small", publish=True)


def loosen_by_becoming_an_overlay(cast, small, person):
    publish(eu_tree(extends=""), slug="base")
    tree = replace(small_tree(), extends="base")
    return import_tree(tree, actor=act(person), slug="small", publish=True)


def loosen_as_the_system(cast, small, person):
    return loosen_by_import_of(SYSTEM)


def loosen_by_import_of(actor):
    tree = replace(small_tree(), rules=(SignoffRule("release-manager"),))
    return import_tree(tree, actor=actor, slug="small", publish=True)


@pytest.mark.parametrize(
    "way",
    [
        loosen_by_import,
        loosen_by_discarding,
        loosen_by_removing_the_section,
        loosen_in_two_steps,
        loosen_by_becoming_an_overlay,
        loosen_as_the_system,
    ],
)
def test_no_way_leads_around_it(cast, small, way):
    before = to_content(small.newest_published().tree)
    with pytest.raises(Refused):
        way(cast, small, cast.mallory)
    assert to_content(small.newest_published().tree) == before


def ledgers_security(cast):
    """Mallory's own project gets the role, and mallory holds it."""
    role = SignoffRole.objects.create(project=cast.other_project, slug="security", name="Mine")
    RoleHolderFactory(role=role, person=cast.mallory)


def test_nobody_agrees_for_the_projects_of_others(cast, small, stripped):
    ledgers_security(cast)
    agree(stripped, cast.mallory)
    with changes_nothing(Conflict) as refused:
        publish_version(stripped, actor=act(cast.mallory))
    assert refused.value.details["missing"][0]["projects"] == ["payments"]
    assert refused.value.details["missing"][0]["met"] == 1


def test_using_the_template_oneself_does_not_help(cast, small, stripped):
    ledgers_security(cast)
    role = SignoffRole.objects.create(
        project=cast.other_project, slug="release-manager", name="Mine"
    )
    RoleHolderFactory(role=role, person=cast.mallory)
    open_release(
        cast.other_project,
        actor=act(cast.mallory),
        version="1",
        environment="production",
        target_at=TARGET,
        templates=[small],
    )
    agree(stripped, cast.mallory)
    with changes_nothing(Conflict):
        publish_version(stripped, actor=act(cast.mallory))


def test_every_project_that_relies_on_it_has_its_own_say(cast, small):
    open_small_release(cast, template=small)
    draft = set_rules(start_draft(small, actor=act(cast.marta)), RULES[1:], actor=act(cast.marta))
    ledgers_security(cast)
    for project in (cast.other_project,):
        manager = PersonFactory()
        MembershipFactory(project=project, person=manager, role="release_manager")
        role = SignoffRole.objects.create(project=project, slug="release-manager", name="RM")
        RoleHolderFactory(role=role, person=manager)
        open_release(
            project,
            actor=act(manager),
            version="1",
            environment="production",
            target_at=TARGET,
            templates=[small],
        )
    agree(draft, cast.sam)
    (need,) = needs_of(draft)
    assert [(project.slug, number) for project, number in need.missing] == [("ledger", 1)]
    agree(draft, cast.mallory)
    assert publish_version(draft, actor=act(cast.marta)).is_published


def test_as_many_agree_as_the_old_rule_asked_for(cast):
    RoleHolderFactory(role=cast.security, person=cast.priya)
    two = replace(small_tree(), rules=(SignoffRule("security", 2),))
    template = publish(two, published_by=cast.marta)
    draft = start_draft(template, actor=act(cast.marta))
    draft = set_rules(draft, [SignoffRule("security", 1)], actor=act(cast.marta))
    agree(draft, cast.sam)
    with changes_nothing(Conflict) as refused:
        publish_version(draft, actor=act(cast.marta))
    assert "Security: 1 of 2 agreed; Payments needs 1 of its own." in refused.value.message
    agree(draft, cast.priya)
    assert publish_version(draft, actor=act(cast.marta)).is_published


def test_an_agreement_is_lost_if_its_event_cannot_be_written(cast, stripped, log_fails):
    log_fails()
    with changes_nothing(OSError):
        agree(stripped, cast.sam)


def test_the_log_holds_the_agreement(cast, stripped, logged_images):
    agree(stripped, cast.sam)
    approval = RuleApproval.objects.get()
    logged = logged_images()["ruleapproval", approval.pk]
    assert (logged["role"], logged["person_id"]) == ("security", cast.sam.pk)
    assert logged["digest"] == stripped.digest
