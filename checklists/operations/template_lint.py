"""What the linter finds in a checklist, with what only the tables know: who holds which role."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from checklists.formats.lint import lint
from checklists.formats.lint_words import SEVERITIES, Finding
from checklists.formats.tree import ChecklistTree
from checklists.models import SignoffRole
from checklists.operations.template_guards import most_holders
from checklists.probes.registry import KINDS


def findings_of(tree: ChecklistTree) -> list[Finding]:
    """Every finding, the heaviest first, then in the order of the checklist."""
    roles = _roles()
    found = [*_of_rules(tree, roles), *_of_owners(tree, roles), *lint(tree, kinds=KINDS)]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def _of_rules(tree: ChecklistTree, roles: Collection[str]) -> Iterator[Finding]:
    for rule in tree.rules:
        if rule.role not in roles:
            yield Finding("role_unknown", "", {"role": rule.role})
        elif (holders := most_holders(rule.role)) < rule.count:
            facts = {"role": rule.role, "required": rule.count, "holders": holders}
            yield Finding("impossible_quorum", "", facts)


def _of_owners(tree: ChecklistTree, roles: Collection[str]) -> Iterator[Finding]:
    for item in tree.items():
        if item.owner_role and item.owner_role not in roles:
            yield Finding("owner_unknown", item.key, {"role": item.owner_role})


def _roles() -> frozenset[str]:
    """The roles that some project has."""
    found = SignoffRole.objects.filter(retired_at=None).order_by()
    return frozenset(found.values_list("slug", flat=True).distinct())
