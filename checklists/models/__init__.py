"""The tables. Models hold fields, constraints and reads; only `checklists.operations` writes."""

from checklists.models.access import ApiToken, IdempotencyRecord, Invitation
from checklists.models.audit import AuditChain, AuditEvent, Disclosable
from checklists.models.item import Comment, Evidence, Item, Waiver
from checklists.models.person import Person
from checklists.models.probe import Probe, ProbeRun, ProbeSpan
from checklists.models.project import Membership, Project, Role, RoleHolder, SignoffRole
from checklists.models.release import Checklist, Release
from checklists.models.signoff import Signoff
from checklists.models.template import Template, TemplateVersion

__all__ = [
    "ApiToken",
    "AuditChain",
    "AuditEvent",
    "Checklist",
    "Comment",
    "Disclosable",
    "Evidence",
    "IdempotencyRecord",
    "Invitation",
    "Item",
    "Membership",
    "Person",
    "Probe",
    "ProbeRun",
    "ProbeSpan",
    "Project",
    "Release",
    "Role",
    "RoleHolder",
    "Signoff",
    "SignoffRole",
    "Template",
    "TemplateVersion",
    "Waiver",
]
