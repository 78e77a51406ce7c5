"""One process that waits for its turn and then does one thing, as somebody, with one operation.

    python -m tests.processes.at_once DEED PERSON ARGUMENT…

Prints `ready`, waits for a line, and prints how it ended: `done`, or the code of the refusal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import django


def deeds() -> dict[str, Callable[..., object]]:
    """What can be done, by name; each takes the actor and the ids it is about."""
    from datetime import UTC, datetime  # noqa: PLC0415 (all of these after setup)

    from django.utils import timezone  # noqa: PLC0415

    from checklists import models  # noqa: PLC0415
    from checklists.audit.current import current_state  # noqa: PLC0415
    from checklists.operations import (  # noqa: PLC0415
        carrying,
        deployments,
        invitations,
        items,
        members,
        people,
        releases,
        signoff_roles,
        signoffs,
        templates,
        waivers,
    )
    from checklists.state import Meaning  # noqa: PLC0415

    def sign(actor, release, role):
        release = models.Release.objects.get(pk=release)
        digest = signoffs.rule_digest_for(current_state(release), role)
        signoffs.sign_release(
            release,
            actor=actor,
            role=role,
            meaning=Meaning.APPROVE,
            digest=digest,
            authenticated_at=timezone.now(),
        )

    def open_release(actor, project, version):
        releases.open_release(
            models.Project.objects.get(pk=project),
            actor=actor,
            version=version,
            environment="production",
            target_at=datetime(2031, 1, 15, tzinfo=UTC),
            templates=list(models.Template.objects.filter(slug="small")),
        )

    def waiver(pk):
        return models.Waiver.objects.select_related("item__release").get(pk=pk)

    def item(pk):
        return models.Item.objects.select_related("release").get(pk=pk)

    def membership(pk):
        return models.Membership.objects.select_related("project", "person").get(pk=pk)

    why = "The risk is small until then."
    return {
        "sign": sign,
        "open": open_release,
        "approve": lambda actor, pk: waivers.approve_waiver(waiver(pk), actor=actor),
        "reject": lambda actor, pk: waivers.reject_waiver(waiver(pk), actor=actor, reason=why),
        "withdraw": lambda actor, pk: waivers.withdraw_waiver(waiver(pk), actor=actor),
        "tick": lambda actor, pk: items.tick_item(item(pk), actor=actor),
        "untick": lambda actor, pk: items.untick_item(item(pk), actor=actor),
        "carry": lambda actor, pk, source: carrying.carry_answers(
            models.Release.objects.get(pk=pk),
            actor=actor,
            source=models.Release.objects.get(pk=source),
        ),
        "deploy": lambda actor, pk: deployments.deploy_release(
            models.Release.objects.get(pk=pk), actor=actor
        ),
        "abort": lambda actor, pk: deployments.abort_release(
            models.Release.objects.get(pk=pk), actor=actor, reason=why
        ),
        "accept": lambda actor, secret: invitations.accept_invitation(secret, actor=actor),
        "demote": lambda actor, pk: members.set_member_role(membership(pk), "viewer", actor=actor),
        "deactivate": lambda actor, pk: people.deactivate_person(
            models.Person.objects.get(pk=pk), actor=actor
        ),
        "unhold": lambda actor, pk: signoff_roles.remove_role_holder(
            models.RoleHolder.objects.select_related("role__project").get(pk=pk), actor=actor
        ),
        "import": lambda actor, text: templates.import_template(text, actor=actor, publish=True),
        "archive": lambda actor, pk: __import__(
            "checklists.operations.projects", fromlist=["x"]
        ).archive_project(models.Project.objects.get(pk=pk), actor=actor),
    }


def main() -> None:
    django.setup()
    from checklists.actors import Actor  # noqa: PLC0415 (after setup)
    from checklists.errors import Refused  # noqa: PLC0415
    from checklists.models import Person  # noqa: PLC0415

    name, person, *arguments = sys.argv[1:]
    deed, actor = deeds()[name], Actor.of_person(Person.objects.get(pk=int(person)))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        deed(actor, *(int(a) if a.isdigit() else a for a in arguments))
    except Refused as refused:
        print(refused.code)
    else:
        print("done")


if __name__ == "__main__":
    main()
