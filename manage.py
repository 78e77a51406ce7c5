#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line

# What a process is for decides its database role and pool; see readiness/env.py.
ROLES = {"serve": "web", "migrate": "owner", "up": "owner"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readiness.settings")
    os.environ.setdefault("ROLE", ROLES.get("".join(sys.argv[1:2]), "command"))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
