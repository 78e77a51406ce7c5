"""Who looks at a release: their role as classes on `body`, which show or hide what they may do.

Hiding is a courtesy. Every operation checks again.
"""

from __future__ import annotations

from dataclasses import dataclass

from checklists.models import Person
from checklists.pages.people import Roles
from checklists.permissions import POLICY

CLASSES = {
    "answer_item": "can-tick",
    "request_waiver": "can-waive",
    "decide_waiver": "can-decide",
    "save_probe": "can-probe",
    "run_probe": "can-run",
    "open_release": "can-plan",
    "deploy_release": "can-deploy",
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who looks, as the page needs them."""

    pid: str
    name: str
    role: str
    roles: str
    body_class: str

    def may(self, action: str) -> bool:
        """Whether the policy lets this role do it."""
        return self.role in POLICY[action].roles


def viewer_of(person: Person, role: str, roles: Roles, *, over: bool) -> Viewer:
    """The viewer with their project role. Nothing can be done in a release that is over."""
    held = [
        slug for slug, faces in roles.holders.items() if any(f.pid == person.pid for f in faces)
    ]
    able = [css for action, css in CLASSES.items() if role in POLICY[action].roles and not over]
    if held and "can-tick" in able and "can-decide" not in able:
        able.append("can-decide")
    return Viewer(
        pid=person.pid,
        name=str(person),
        role=role,
        roles=" ".join(held),
        body_class=" ".join(["release", *able]),
    )
