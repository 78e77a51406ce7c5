"""The tables. Models hold fields, constraints and reads; only `checklists.operations` writes."""

from checklists.models.access import ApiToken, IdempotencyRecord, Invitation
from checklists.models.audit import AuditChain, AuditEvent, Disclosable
from checklists.models.draft_step import DraftStep
from checklists.models.item import Comment, Evidence, Item, LinkCheck, Mention, Waiver
from checklists.models.person import Person
from checklists.models.preferences import CalendarFeed, SavedFilter, Watch
from checklists.models.probe import Probe, ProbeRun, ProbeSpan
from checklists.models.project import (
    FreezeWindow,
    Membership,
    Project,
    Role,
    RoleHolder,
    SignoffRole,
)
from checklists.models.release import Checklist, ChecklistOverlay, Release
from checklists.models.search import SearchText
from checklists.models.signoff import RoleCall, Signoff
from checklists.models.template import RuleApproval, Template, TemplateVersion

__all__ = [
    "ApiToken",
    "AuditChain",
    "AuditEvent",
    "CalendarFeed",
    "Checklist",
    "ChecklistOverlay",
    "Comment",
    "Disclosable",
    "DraftStep",
    "Evidence",
    "FreezeWindow",
    "IdempotencyRecord",
    "Invitation",
    "Item",
    "LinkCheck",
    "Membership",
    "Mention",
    "Person",
    "Probe",
    "ProbeRun",
    "ProbeSpan",
    "Project",
    "Release",
    "Role",
    "RoleCall",
    "RoleHolder",
    "RuleApproval",
    "SavedFilter",
    "SearchText",
    "Signoff",
    "SignoffRole",
    "Template",
    "TemplateVersion",
    "Waiver",
    "Watch",
]
