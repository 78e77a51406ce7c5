"""Importing, publishing and discarding templates."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from checklists.actors import Actor, Via
from checklists.audit.verify import verify_all
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible
from checklists.formats.content import digest
from checklists.formats.markdown import write_markdown
from checklists.models import AuditEvent, Template, TemplateVersion
from checklists.operations.templates import (
    BUILTIN,
    discard_draft,
    import_template,
    import_tree,
    publish_version,
    set_rules,
    start_draft,
)
from checklists.operations.tokens import create_token
from tests.checklist_data import RULES, open_small_release, small_tree
from tests.operations.nothing import changes_nothing, everything, new_events

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


def test_importing_makes_a_template_with_a_draft(marta):
    version = import_template(TEXT, actor=act(marta))
    assert (version.template.slug, version.template.name) == ("small", "Small")
    assert (version.number, version.is_published) == (1, False)
    assert digest(version.tree) == version.digest
    assert new_events() == ["template.imported"]


def test_importing_the_same_again_changes_and_records_nothing():
    first = imported()
    before = everything()
    assert imported() == first
    assert everything() == before


def test_importing_the_same_as_the_published_version_makes_no_draft():
    first = imported(publish=True)
    before = everything()
    assert imported(publish=True) == first
    assert everything() == before


def test_importing_other_content_replaces_the_draft():
    first = imported()
    second = imported(CHANGED)
    assert (second.pk, second.number) == (first.pk, 1)
    assert second.digest != first.digest
    assert TemplateVersion.objects.count() == 1


def test_importing_other_content_after_publishing_makes_the_next_draft():
    first = imported(publish=True)
    second = imported(CHANGED)
    assert (second.number, second.is_published) == (2, False)
    assert second.template.newest_published() == first


def test_publishing_version_2_changes_no_byte_of_version_1():
    first = imported(publish=True)
    row = TemplateVersion.objects.filter(pk=first.pk).values().get()
    imported(CHANGED, publish=True)
    assert TemplateVersion.objects.filter(pk=first.pk).values().get() == row


def test_an_export_of_the_published_version_is_nothing_new():
    version = imported(publish=True)
    assert imported(write_markdown(version.tree)) == version


def test_name_and_slug_may_be_chosen():
    version = imported(name="Mobile app", slug="mobile")
    assert (version.template.name, version.template.slug) == ("Mobile app", "mobile")
    assert version.tree.title == "Small"


def test_a_checklist_without_a_title_needs_a_name():
    with changes_nothing(Invalid) as caught:
        imported("- [ ] a\n")
    assert caught.value.code == "no_name"
    assert imported("- [ ] a\n", name="Named").template.slug == "named"


def test_letters_of_any_script_stay_in_the_slug():
    assert imported(TEXT.replace("# Small", "# Проверка перед выпуском")).template.slug == (
        "проверка-перед-выпуском"
    )


@pytest.mark.parametrize("slug", ["", "Not a slug", "new", "import", "x" * 65])
def test_a_bad_slug_is_refused(slug, cast):
    with changes_nothing(Invalid):
        imported(slug=slug)


@pytest.mark.parametrize("source", [b"\xff", "# T\n", "- [ ] a\x00", b"x" * (6 * 1024 * 1024)])
def test_what_cannot_be_read_is_refused_and_changes_nothing(source, cast):
    with changes_nothing(Invalid):
        import_template(source, actor=act(cast.marta))


def test_an_unknown_format_is_refused(cast):
    with changes_nothing(Invalid):
        import_template(TEXT, actor=act(cast.marta), format="word")


def test_publishing_names_slug_number_and_digest(marta):
    version = publish_version(imported(), actor=act(marta))
    assert version.is_published
    assert version.published_by == marta
    event = last_event()
    assert event["action"] == "template.published"
    assert event["data"] == {"slug": "small", "number": 1, "digest": version.digest}


def test_publishing_again_changes_nothing(marta, priya):
    version = publish_version(imported(), actor=act(marta))
    before = everything()
    assert publish_version(version, actor=act(marta)) == version
    assert everything() == before


def test_a_draft_begins_as_the_newest_version_is(marta):
    first = imported(publish=True)
    draft = start_draft(first.template, actor=act(marta))
    assert (draft.number, draft.digest, draft.is_published) == (2, first.digest, False)
    before = everything()
    assert start_draft(first.template, actor=act(marta)) == draft
    assert everything() == before


def test_discarding_a_draft_leaves_what_was_published(marta):
    first = imported(publish=True)
    discard_draft(imported(CHANGED), actor=act(marta))
    assert list(TemplateVersion.objects.all()) == [first]


def test_discarding_the_only_draft_removes_the_template(marta):
    discard_draft(imported(), actor=act(marta))
    assert not Template.objects.exists()
    assert imported().number == 1


def test_what_is_gone_or_published_is_not_discarded(marta):
    draft = imported()
    discard_draft(draft, actor=act(marta))
    with changes_nothing(NotVisible):
        discard_draft(draft, actor=act(marta))
    with changes_nothing(NotVisible):
        publish_version(draft, actor=act(marta))
    published = imported(publish=True)
    with changes_nothing(Conflict):
        discard_draft(published, actor=act(marta))


def test_a_release_opened_from_a_version_keeps_it(cast):
    version = import_tree(small_tree(), actor=SYSTEM, slug="small", publish=True)
    release = open_small_release(cast, template=version.template)
    later = replace(small_tree(), title="Small, but longer")
    assert import_tree(later, actor=SYSTEM, slug="small", publish=True).number == 2
    assert release.checklists.get().template_version == version


def test_a_token_needs_the_scope(marta, project):
    narrow, _ = create_token(project, "ci", ["items"], actor=act(marta))
    wide, _ = create_token(project, "ci", ["templates"], actor=act(marta))
    with changes_nothing(NotAllowed):
        import_template(TEXT, actor=Actor.of_token(narrow))
    assert import_template(TEXT, actor=Actor.of_token(wide)).number == 1


def test_the_log_proves_every_step():
    set_rules(imported(), RULES[1:], actor=SYSTEM)
    imported(CHANGED, publish=True)
    start_draft(Template.objects.get(), actor=SYSTEM)
    discard_draft(TemplateVersion.objects.get(number=2), actor=SYSTEM)
    assert verify_all().findings == []


def test_content_changed_behind_the_log_is_found():
    version = imported(publish=True)
    TemplateVersion.objects.filter(pk=version.pk).update(
        content=version.content.replace("Configure DNS", "Configure dns")
    )
    assert [f.field for f in verify_all().findings] == ["content"]


def test_the_shipped_checklists_can_all_be_imported():
    for path in BUILTIN.glob("*.md"):
        assert imported(path.read_bytes()).template.slug == path.stem
