"""Make an API token from the command line, for somebody and with no more than their rights."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from checklists.actors import Actor, Via
from checklists.audit.format import write_time
from checklists.errors import NotAllowed, NotVisible, Refused
from checklists.models import Person, Project
from checklists.operations.tokens import DEFAULT_LIFE, create_token


class Command(BaseCommand):
    help = (
        "Make an API token and print it once. "
        "Exit 0: done, 1: beyond the person's rights, 2: bad use, or no such person or project."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, help="The address of the token's owner.")
        parser.add_argument("--project", required=True, help="The project's slug.")
        parser.add_argument("--scope", required=True, help="Scopes, comma separated: read,items,…")
        parser.add_argument("--name", default="command line", help="What it is for.")
        parser.add_argument("--days", type=int, default=DEFAULT_LIFE.days, help="Its life.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=options["user"]).first()
        project = Project.objects.filter(slug=options["project"]).first()
        if person is None or project is None:
            self._fail(2, f"There is no {options['user' if person is None else 'project']}.")
        try:
            token, text = create_token(
                project,
                options["name"],
                filter(None, (scope.strip() for scope in options["scope"].split(","))),
                actor=Actor.of_person(person, Via.COMMAND),
                expires_at=timezone.now() + timedelta(days=options["days"]),
            )
        except NotVisible:
            self._fail(1, f"{person.email} is no active member of {project.slug}.")
        except NotAllowed as refusal:
            self._fail(1, refusal.message)
        except (Refused, OverflowError) as refusal:
            self._fail(2, str(refusal))
        if options["json"]:
            made = {
                "token": text,
                "id": token.public_id,
                "scopes": token.scopes.split(","),
                "expires_at": write_time(token.expires_at),
            }
            self.stdout.write(json.dumps(made))
        else:
            self.stdout.write(text)

    def _fail(self, status: int, message: str) -> NoReturn:
        self.stderr.write(message)
        sys.exit(status)
