"""Make the first person: somebody has to invite the others."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from checklists.actors import Actor, Via
from checklists.errors import Refused
from checklists.operations.people import create_owner
from checklists.views.outgoing import password_address


class Command(BaseCommand):
    help = (
        "Make somebody an owner of the installation and print a link to set a password. "
        "Run it again for a new link. Exit 0: done, 2: not possible."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="The address to sign in with.")
        parser.add_argument("--name", default="", help="What the person is called.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.of_system(Via.COMMAND)
        try:
            person = create_owner(options["email"], name=options["name"], actor=actor)
        except Refused as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        link = password_address(person)
        if options["json"]:
            self.stdout.write(json.dumps({"email": person.email, "pid": person.pid, "link": link}))
            return
        self.stdout.write(f"{person.email} owns this installation. Set a password here:")
        self.stdout.write(link)
