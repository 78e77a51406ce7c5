"""Bring a checklist in from a file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from checklists.actors import Actor, Via
from checklists.errors import Refused
from checklists.formats import FORMATS, detect, format_named
from checklists.formats.source import MAX_BYTES, refuse_size
from checklists.formats.tree import ImportResult
from checklists.operations.template_guards import after_import, template_names
from checklists.operations.templates import import_tree


class Command(BaseCommand):
    help = "Import a checklist as a template. Exit 0: imported, 1: refused, 2: no such file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="The file to read; - reads standard input.")
        parser.add_argument("--name", default="", help="The template's name; else its title.")
        parser.add_argument("--format", choices=list(FORMATS), help="Else told from the file.")
        parser.add_argument("--publish", action="store_true", help="Let releases use it at once.")
        parser.add_argument("--dry-run", action="store_true", help="Read and report, keep nothing.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = _source(options["file"])
            found = self._import(source, options)
        except OSError as error:
            self.stderr.write(f"{options['file']} cannot be read: {error.strerror}.")
            sys.exit(2)
        except Refused as refusal:
            self._refuse(refusal, options)
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self._print(found, options)

    def _import(self, source: bytes, options: dict[str, Any]) -> dict[str, Any]:
        file = options["file"].removeprefix("-")
        result = format_named(options["format"] or detect(file, source)).read(source)
        tree = result.tree
        name, slug = template_names(tree, name=options["name"])
        if options["dry_run"]:
            return _found(result, slug, *after_import(tree, slug))
        version = import_tree(
            tree,
            actor=Actor.of_system(Via.COMMAND),
            name=name,
            slug=slug,
            publish=options["publish"],
        )
        return _found(result, slug, version.number, version.digest)

    def _print(self, found: dict[str, Any], options: dict[str, Any]) -> None:
        done = "Read" if options["dry_run"] else "Imported"
        self.stdout.write(
            f"{done} {found['slug']} version {found['version']}: {found['sections']} sections, "
            f"{found['groups']} groups, {found['items']} items, of which {found['na_allowed']} may "
            f"not apply and {found['stages']['close']} come after the deployment; "
            f"{found['related']} related documents."
        )
        self.stdout.write(f"digest {found['digest']}")
        if found["answered"]:
            self.stdout.write(
                f"Answered in it: {found['answered']}. A template holds no answers: fill"
                " a release with the same file on its page."
            )
        for line in found["ignored"]:
            self.stdout.write(f"line {line['line']}: {line['text']}\n  {line['why']}")

    def _refuse(self, refusal: Refused, options: dict[str, Any]) -> Any:
        if options["json"]:
            facts = {"code": refusal.code, "message": refusal.message, "details": refusal.details}
            self.stdout.write(json.dumps(facts, indent=2, ensure_ascii=False))
        self.stderr.write(refusal.message)
        sys.exit(1)


def _source(file: str) -> bytes:
    if file == "-":
        # Enough to say how much too much it is; but a pipe may never end.
        return sys.stdin.buffer.read(MAX_BYTES * 10)
    path = Path(file)
    refuse_size(path.stat().st_size)
    return path.read_bytes()


def _found(result: ImportResult, slug: str, number: int, digest: str) -> dict[str, Any]:
    counts = result.tree.counts()
    return {
        "slug": slug,
        "version": number,
        "digest": digest,
        "sections": counts.sections,
        "groups": counts.groups,
        "items": counts.items,
        "na_allowed": counts.na_allowed,
        "stages": {"deploy": counts.deploy, "close": counts.close},
        "related": counts.related,
        "answered": sum(bool(found.answer) for found in result.answers),
        "ignored": [
            {"line": line.line, "text": line.text, "why": line.why} for line in result.ignored
        ],
    }
