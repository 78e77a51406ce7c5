"""The shipped checklist, number by number."""

from __future__ import annotations

from collections import Counter

from checklists.formats.content import digest
from checklists.formats.markdown import read_markdown, write_markdown
from checklists.formats.tree import Counts, RelatedDocument

DIGEST = "12fcce8a5fe177f261e5010d3db4927a5589eafcb87d29654ee29b94d0484f61"


def test_it_is_read_whole(production):
    assert production.tree.title == "Production Checklist"
    assert production.tree.counts() == Counts(
        sections=11, groups=28, items=132, na_allowed=9, deploy=122, close=10, related=3
    )


def test_every_line_of_it_is_understood(production):
    assert production.ignored == ()


def test_no_key_occurs_twice_although_five_titles_do(production):
    keys = Counter(item.key for item in production.tree.items())
    titles = Counter(item.title for item in production.tree.items())
    assert max(keys.values()) == 1
    assert sorted(title for title, number in titles.items() if number > 1) == [
        "Configure CDN",
        "Monitor error rates",
        "Run load tests",
        "Set up database backups",
        "Test backup restoration",
    ]


def test_conditions_leave_title_and_key_and_allow_not_applicable(production):
    cdn = next(i for i in production.tree.items() if i.key.endswith("networking/configure-cdn"))
    assert (cdn.title, cdn.condition, cdn.na_allowed) == ("Configure CDN", "if needed", True)
    conditions = [i.condition for i in production.tree.items() if i.na_allowed]
    assert Counter(conditions) == {"if needed": 7, "if applicable": 2}


def test_a_section_and_its_group_may_have_the_same_name(production):
    section = next(s for s in production.tree.sections if s.key == "documentation")
    assert [group.key for group in section.groups] == ["documentation/documentation"]


def test_only_the_items_of_post_deployment_come_after_the_deployment(production):
    closing = {item.key.split("/")[0] for item in production.tree.items() if item.stage == "close"}
    assert closing == {"post-deployment"}


def test_the_purpose_and_audience_are_kept(production):
    assert production.tree.intro == (
        "**Purpose**: Pre-deployment checklist for production readiness.\n\n"
        "**Audience**: DevOps engineers, backend engineers, and operators."
    )


def test_related_documents_are_links_with_notes(production):
    assert production.tree.related == (
        RelatedDocument("Environments", "environments.md", "Environment setup"),
        RelatedDocument("CI/CD", "ci-cd.md", "Deployment automation"),
        RelatedDocument("Security", "../security/best-practices.md", "Security practices"),
    )


def test_its_digest_never_changes(production):
    assert digest(production.tree) == DIGEST


def test_exporting_it_gives_the_file_byte_by_byte(production, production_text):
    assert write_markdown(production.tree) == production_text


def test_reading_the_export_gives_the_same_digest(production):
    assert digest(read_markdown(write_markdown(production.tree)).tree) == DIGEST
