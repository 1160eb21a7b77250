"""``manage.py doctor``: what is wrong with this installation, and what mends it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from hospital.kit import guards
from hospital.launch import machine, steps
from hospital.services import diagnosis


class Command(BaseCommand):
    help = "Find what is wrong with this installation and name the command that mends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the port to look at (8000)")
        parser.add_argument(
            "--reinstall-guards", action="store_true", help="put missing guards back first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        steps.speak_utf8()
        if options["reinstall_guards"]:
            names = guards.reinstall(connection)
            self.stdout.write(f"Put back: {', '.join(names) or 'none was missing'}\n")
        found = [*machine.findings(port=options["port"]), *diagnosis.findings()]
        for finding in found:
            self.stdout.write(finding.line())
        problems = sum(bool(finding.problem) for finding in found)
        self.stdout.write(f"\n{problems} problems found." if problems else "\nAll is well.")
        if problems:
            sys.exit(1)
