"""Moving the parts of a draft. What holds of every edit stands in `template_editing`."""

from __future__ import annotations

from checklists.actors import Actor
from checklists.formats import moving
from checklists.models import TemplateVersion
from checklists.operations.draft_edits import EditedDraft, edit_draft
from checklists.operations.transactions import operation


@operation
def move_up(
    version: TemplateVersion, key: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Move a part above its neighbour, or from the top of its heading into the one before."""
    return edit_draft(
        version,
        "moved",
        lambda tree: moving.move_step(tree, key, up=True),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def move_down(
    version: TemplateVersion, key: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Move a part below its neighbour, or from the end of its heading into the next."""
    return edit_draft(
        version,
        "moved",
        lambda tree: moving.move_step(tree, key, up=False),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def move_beside(
    version: TemplateVersion,
    key: str,
    near: str,
    *,
    after: bool,
    actor: Actor,
    expected_digest: str,
) -> EditedDraft:
    """Move a part before or after another; below a heading, as its first."""
    return edit_draft(
        version,
        "moved",
        lambda tree: moving.move_to(tree, key, near, after=after),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def indent_item(
    version: TemplateVersion, key: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Nest an item under the one above it."""
    return edit_draft(
        version,
        "indented",
        lambda tree: moving.indent(tree, key),
        actor=actor,
        expected_digest=expected_digest,
    )


@operation
def outdent_item(
    version: TemplateVersion, key: str, *, actor: Actor, expected_digest: str
) -> EditedDraft:
    """Take an item one level out."""
    return edit_draft(
        version,
        "outdented",
        lambda tree: moving.outdent(tree, key),
        actor=actor,
        expected_digest=expected_digest,
    )
