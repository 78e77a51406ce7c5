"""Templates: bringing checklists in, deciding who signs, publishing. They belong to all projects.

A template has at most one draft, its newest version. A published version never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Conflict, NotVisible
from checklists.formats import format_named
from checklists.formats.content import digest_of, to_content
from checklists.formats.tree import ChecklistTree, SignoffRule
from checklists.models import AuditChain, DraftStep, Template, TemplateVersion
from checklists.operations.loosening_needs import require_approved
from checklists.operations.overlay_guards import require_overlay_fits
from checklists.operations.template_guards import (
    facts,
    fresh,
    fresh_draft,
    keeping_rules,
    newest_version,
    require_possible,
    template_names,
)
from checklists.operations.transactions import operation
from checklists.permissions import require_anywhere

BUILTIN = Path(__file__).resolve().parent.parent / "builtin"
"""The folder of the checklists that come with the product."""


def import_template(
    source: bytes | str,
    *,
    actor: Actor,
    name: str = "",
    format: str = "markdown",  # noqa: A002
    slug: str | None = None,
    publish: bool = False,
) -> TemplateVersion:
    """Read a checklist and keep it: as `import_tree`, which says more.

    Raises NotAllowed, Conflict; Invalid, too, for what cannot be read.
    """
    require_anywhere(actor, "edit_templates")
    # Reading can take a second, and everybody would wait for the installation's chain meanwhile.
    tree = format_named(format).read(source).tree
    return import_tree(tree, actor=actor, name=name, slug=slug, publish=publish)


@operation
def import_tree(
    tree: ChecklistTree,
    *,
    actor: Actor,
    name: str = "",
    slug: str | None = None,
    publish: bool = False,
) -> TemplateVersion:
    """Keep a checklist as the draft of its template, which is made if there is none of the slug.

    `name` is the title unless given, `slug` is made of the name; both count only for a new
    template. A checklist without rules keeps those of the newest version, and one that extends
    nothing what that extends. Content that the newest
    version has already changes and records nothing.
    Raises NotAllowed; Invalid for a bad name or slug; Conflict for a rule that cannot be met, and
    as `publish_version`.
    """
    chain = audit.locked_installation()
    require_anywhere(actor, "edit_templates")
    require_possible(tree.rules)
    called, slug = template_names(tree, name=name, slug=slug)
    template = Template.objects.filter(slug=slug).first()
    newest = newest_version(template)
    content = to_content(keeping_rules(tree, newest))
    if newest is None or newest.digest != digest_of(content):
        newest = _new_draft(chain, template, newest, content, actor, slug=slug, name=called)
    if publish and not newest.is_published:
        _publish(chain, newest, actor)
    return newest


@operation
def publish_version(
    version: TemplateVersion, *, actor: Actor, expected_digest: str = ""
) -> TemplateVersion:
    """Make a draft the version that new releases get. A published one stays as it is.

    `expected_digest` is that of the draft as somebody read it. Raises NotAllowed; NotVisible if
    the draft was discarded; Conflict if it changed, or for a rule that nobody can meet.
    """
    chain = audit.locked_installation()
    require_anywhere(actor, "edit_templates")
    version = fresh(version)
    if expected_digest not in ("", version.digest):
        raise Conflict(
            _("The draft changed while you read it, so it was not published. Look at it again."),
            code="digest_changed",
            digest=version.digest,
        )
    if not version.is_published:
        _publish(chain, version, actor)
    return version


@operation
def start_draft(template: Template, *, actor: Actor) -> TemplateVersion:
    """The template's draft; if there is none, one that begins as the newest version is.

    Raises NotAllowed; NotVisible if the template is gone.
    """
    chain = audit.locked_installation()
    require_anywhere(actor, "edit_templates")
    newest = newest_version(template)
    if newest is None:
        raise NotVisible
    if not newest.is_published:
        return newest
    draft = _add_version(chain, template, newest.number + 1, newest.content)
    audit.append(
        chain, "template.drafted", actor=actor, subject=draft, data=facts(draft), rows=[draft]
    )
    return draft


@operation
def set_rules(
    version: TemplateVersion, rules: Sequence[SignoffRule], *, actor: Actor
) -> TemplateVersion:
    """Set which roles sign a draft, how many of each, and over which sections.

    The rules as they are change and record nothing. Raises NotAllowed; Invalid for rules that
    name no section or role; Conflict for a published version or a rule that cannot be met.
    """
    chain = audit.locked_installation()
    require_anywhere(actor, "edit_templates")
    version = fresh_draft(version)
    require_possible(rules)
    content = to_content(replace(version.tree, rules=tuple(rules)))
    if content == version.content:
        return version
    version.content, version.digest = content, digest_of(content)
    version.save(update_fields=["content", "digest"])
    audit.append(
        chain,
        "template.rules_set",
        actor=actor,
        subject=version,
        data={**facts(version), "rules": [asdict(rule) for rule in rules]},
        rows=[version],
    )
    return version


@operation
def discard_draft(version: TemplateVersion, *, actor: Actor) -> None:
    """Remove a draft, and its template if that has no other version.

    Raises NotAllowed; NotVisible if it is gone already; Conflict for a published version.
    """
    chain = audit.locked_installation()
    require_anywhere(actor, "edit_templates")
    version = fresh_draft(version)
    template = version.template
    gone = [("ruleapproval", pk) for pk in version.rule_approvals.values_list("pk", flat=True)]
    gone.append(("templateversion", version.pk))
    if not TemplateVersion.objects.filter(template=template).exclude(pk=version.pk).exists():
        gone.append(("template", template.pk))
    TemplateVersion.objects.filter(pk=version.pk).delete()
    if ("template", template.pk) in gone:
        Template.objects.filter(pk=template.pk).delete()
    audit.append(
        chain,
        "template.draft_discarded",
        actor=actor,
        subject=version,
        data=facts(version),
        gone=gone,
    )


def _new_draft(
    chain: AuditChain,
    template: Template | None,
    newest: TemplateVersion | None,
    content: str,
    actor: Actor,
    *,
    slug: str,
    name: str,
) -> TemplateVersion:
    rows: list[Template] = []
    if template is None:
        template = Template.objects.create(slug=slug, name=name, created_at=audit.moment(chain))
        rows.append(template)
    if newest is not None and not newest.is_published:
        newest.content, newest.digest = content, digest_of(content)
        newest.save(update_fields=["content", "digest"])
        draft = newest
    else:
        draft = _add_version(chain, template, newest.number + 1 if newest else 1, content)
    audit.append(
        chain,
        "template.imported",
        actor=actor,
        subject=draft,
        data=facts(draft),
        rows=[*rows, draft],
    )
    return draft


def _add_version(
    chain: AuditChain, template: Template, number: int, content: str
) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        content=content,
        digest=digest_of(content),
        created_at=audit.moment(chain),
    )


def _publish(chain: AuditChain, version: TemplateVersion, actor: Actor) -> None:
    require_possible(version.tree.rules)
    require_overlay_fits(version)
    require_approved(version)
    DraftStep.objects.filter(version=version).delete()  # nothing of it can be undone any more
    version.published_at, version.published_by = audit.moment(chain), actor.person
    version.save(update_fields=["published_at", "published_by"])
    audit.append(
        chain,
        "template.published",
        actor=actor,
        subject=version,
        data=facts(version),
        rows=[version],
    )
