"""Overlays as template pages show them: what one extends, and what extends a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.formats.loosening import How, Looser, weaker
from checklists.models import Person, Template, TemplateVersion
from checklists.operations.loosening_needs import Need, need_in_words, needs_of, published_before
from checklists.operations.overlays import newest_overlays
from checklists.pages.people import role_name
from checklists.pages.upgrade_page import FIELD_WORDS

_WEAKER = {**FIELD_WORDS, "due": gettext_lazy("due date")}


@dataclass(frozen=True, slots=True)
class OverlayLine:
    """An overlay, and where it applies, in words."""

    name: str
    url: str
    where: str


@dataclass(frozen=True, slots=True)
class OverlayCard:
    """What a version extends and where it applies, and what extends its template.

    `bases` are the templates that a draft may extend, `fixed` says that it is published already.
    """

    extends: str
    name: str
    where: str
    overlays: tuple[OverlayLine, ...]
    bases: tuple[Template, ...]
    projects: str
    environments: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class NeedLine:
    """What a draft needs of a role before it is published."""

    role: str
    name: str
    met: bool
    words: str
    looser: tuple[str, ...]
    agreed: tuple[str, ...]
    may: tuple[str, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class LooseningCard:
    """Whether a draft asks less than the version before it, and who has to agree."""

    needs: tuple[NeedLine, ...]
    weaker: tuple[str, ...]


def overlay_card(version: TemplateVersion, *, editable: bool) -> OverlayCard:
    """What a version extends, and what extends it."""
    tree = version.tree
    base = Template.objects.filter(slug=tree.extends).first() if tree.extends else None
    fixed = version.template.versions.filter(published_at__isnull=False).exists()
    overlays = newest_overlays()
    kinds = {overlay.template_id for overlay in overlays}
    bases = Template.objects.exclude(pk__in={*kinds, version.template_id})
    return OverlayCard(
        extends=tree.extends,
        name=str(base) if base else tree.extends,
        where=where_words(tree.projects, tree.environments),
        overlays=tuple(
            OverlayLine(
                str(overlay),
                f"/templates/{overlay.template.slug}/",
                where_words(overlay.tree.projects, overlay.tree.environments),
            )
            for overlay in overlays
            if overlay.tree.extends == version.template.slug
        ),
        bases=tuple(bases) if editable else (),
        projects=", ".join(tree.projects),
        environments=", ".join(tree.environments),
        fixed=fixed,
    )


def where_words(projects: Sequence[str], environments: Sequence[str]) -> str:
    """ "Releases of payments to production"; "Every release" if neither is named."""
    if not (projects or environments):
        return _("Every release")
    if not environments:
        return _("Releases of %(projects)s") % {"projects": ", ".join(projects)}
    if not projects:
        return _("Releases to %(environments)s") % {"environments": ", ".join(environments)}
    return _("Releases of %(projects)s to %(environments)s") % {
        "projects": ", ".join(projects),
        "environments": ", ".join(environments),
    }


def loosening_card(version: TemplateVersion, person: Person) -> LooseningCard | None:
    """What is looser in a draft; None for a published version, and if nothing is."""
    before = None if version.is_published else published_before(version)
    if before is None:
        return None
    needs = tuple(_need(need, person) for need in needs_of(version))
    found = tuple(
        _("%(title)s: %(fields)s")
        % {"title": item.title, "fields": ", ".join(str(_WEAKER[n]) for n in names)}
        for item, names in weaker(before.tree, version.tree)
    )
    return LooseningCard(needs, found) if needs or found else None


def _need(need: Need, person: Person) -> NeedLine:
    return NeedLine(
        role=need.role,
        name=role_name(need.role, {}),
        met=need.met,
        words=need_in_words(need),
        looser=tuple(_looser(each) for each in need.looser),
        agreed=tuple(str(each) for each in need.agreed),
        may=tuple(str(each) for each in need.may if each not in need.agreed),
        mine=person in need.may and person not in need.agreed,
    )


def _looser(looser: Looser) -> str:
    what = {"what": looser.what}
    match looser.how:
        case How.RULE_GONE:
            return _("Its rule is gone.")
        case How.FEWER:
            return _("Only %(what)s sign.") % what
        case How.SECTION_GONE:
            return _("“%(what)s” is no longer signed.") % what
        case How.ITEM_GONE:
            return _("“%(what)s” is gone from what is signed.") % what
        case How.ITEM_OPTIONAL:
            return _("“%(what)s” is no must any more.") % what
        case How.ITEM_LATER:
            return _("“%(what)s” is asked only after the deployment.") % what
        case _:
            return _("It applies in fewer places.")


def words_of(text: str) -> list[str]:
    """The words of a text that names several, with commas or spaces between."""
    return [word for word in text.replace(",", " ").split() if word]
