"""The demo's checklists: the Production Checklist, and one of what is looked at now and then.

The answers of the second one last, so that a later release can carry them over.
"""

from __future__ import annotations

from typing import Final

from checklists.files import keep, written_here
from checklists.formats.tree import ChecklistTree, Group, Item, Section, SignoffRule
from checklists.management.demo import story
from checklists.management.demo.people import Cast
from checklists.models import Item as ItemRow
from checklists.models import Release, Template
from checklists.operations.evidence import attach_file
from checklists.operations.items import mark_not_applicable
from checklists.operations.templates import (
    BUILTIN,
    import_template,
    import_tree,
    publish_version,
    set_rules,
)

PRODUCTION: Final = "production-checklist"
REVIEW: Final = "service-review"

_ITEMS: Final = (
    Item(
        "reviews/regular/review-the-threat-model",
        "Review the threat model",
        guidance="With Security. Anew when the design changes, and twice a year.",
        valid_for="26w",
    ),
    Item(
        "reviews/regular/restore-a-backup",
        "Restore a backup and compare it",
        guidance="Attach what the restore printed.",
        evidence_required=True,
        evidence_kind="file",
    ),
    Item(
        "reviews/regular/agree-on-the-error-budget",
        "Agree on the error budget",
        valid_for="90d",
    ),
    Item(
        "reviews/regular/assess-data-protection",
        "Assess data protection",
        na_allowed=True,
        condition="if applicable",
        valid_for="26w",
    ),
    Item("reviews/regular/tell-support", "Tell the support team what changes"),
)
_GROUP: Final = Group("reviews/regular", "Regular reviews", items=_ITEMS)
TREE: Final = ChecklistTree(
    "Service review",
    intro="What need not be done for every release, as long as the last time still counts.",
    sections=(Section("reviews", "Reviews", groups=(_GROUP,)),),
    rules=(SignoffRule(role="release-manager", count=1),),
)
NOT_APPLICABLE: Final = "The service keeps no personal data: it sees card tokens only."
RESTORED: Final = "restored 41 tables in 2468 s\nrows equal in 41 of 41 tables\n"


def production_checklist(cast: Cast) -> Template:
    """The template, published once, with the rules of the story."""
    there = Template.objects.filter(slug=PRODUCTION).first()
    if there is not None and there.newest_published() is not None:
        return there
    marta = cast.actor("marta")
    source = (BUILTIN / f"{PRODUCTION}.md").read_bytes()
    draft = import_template(source, actor=marta, name="Production Checklist", slug=PRODUCTION)
    publish_version(set_rules(draft, story.RULES, actor=marta), actor=marta)
    return Template.objects.get(slug=PRODUCTION)


def service_review(cast: Cast) -> Template:
    """The template, published once."""
    there = Template.objects.filter(slug=REVIEW).first()
    if there is None or there.newest_published() is None:
        import_tree(TREE, actor=cast.actor("marta"), slug=REVIEW, publish=True)
    return Template.objects.get(slug=REVIEW)


def answer_what_lasts(release: Release, cast: Cast) -> None:
    """What needs more than a tick: the file of the restore, and the item that does not apply."""
    priya = cast.actor("priya")
    with written_here("restore.log", RESTORED.encode()) as file:
        attach_file(_item(release, "restore-a-backup"), actor=priya, file=keep(file))
    item = _item(release, "assess-data-protection")
    mark_not_applicable(item, actor=priya, reason=NOT_APPLICABLE)


def _item(release: Release, name: str) -> ItemRow:
    items = ItemRow.objects.select_related("release", "checklist")
    return items.get(release=release, checklist__key=REVIEW, key=f"reviews/regular/{name}")
