"""New templates: from nothing, or from a version of another."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.errors import Invalid
from checklists.formats.content import digest_of, to_content
from checklists.formats.editing import new_checklist, one_line
from checklists.formats.tree import ChecklistTree
from checklists.models import Template, TemplateVersion
from checklists.operations.template_guards import facts, fresh, require_possible, template_names
from checklists.operations.transactions import operation
from checklists.permissions import require_anywhere


@operation
def create_template(name: str, *, section: str, item: str, actor: Actor) -> TemplateVersion:
    """A template whose draft has one section with one item. Raises NotAllowed, Invalid."""
    for field, text in (("name", name), ("section", section), ("item", item)):
        if not one_line(text):
            raise Invalid(_("This is missing."), code="missing", field=field)
    return _create(new_checklist(name, section, item), name, actor)


@operation
def duplicate_template(version: TemplateVersion, name: str, *, actor: Actor) -> TemplateVersion:
    """A template whose draft holds what a version holds, rules and all, under another name.

    Raises NotAllowed, Invalid; NotVisible if the version is gone; Conflict for a rule that cannot
    be met.
    """
    called = one_line(name)
    if not called:
        raise Invalid(_("This is missing."), code="missing", field="name")
    return _create(replace(fresh(version).tree, title=called), called, actor)


def _create(tree: ChecklistTree, name: str, actor: Actor) -> TemplateVersion:
    chain = audit.locked_installation()
    require_anywhere(actor, "edit_templates")
    require_possible(tree.rules)
    called, slug = template_names(tree, name=name)
    if Template.objects.filter(slug=slug).exists():
        raise Invalid(
            _("There is a template “%(slug)s” already. Choose another name.") % {"slug": slug},
            code="name_taken",
            field="name",
        )
    content = to_content(tree)
    moment = audit.moment(chain)
    template = Template.objects.create(slug=slug, name=called, created_at=moment)
    draft = TemplateVersion.objects.create(
        template=template,
        number=1,
        content=content,
        digest=digest_of(content),
        created_at=moment,
    )
    audit.append(
        chain,
        "template.created",
        actor=actor,
        subject=draft,
        data=facts(draft),
        rows=[template, draft],
    )
    return draft
