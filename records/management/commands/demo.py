"""``manage.py demo``: two invented hospitals to try everything on."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hospital.models import Hospital, User
from hospital.services import identity
from records.demo import making, removal, staff


class Command(BaseCommand):
    help = "Make, remove or renew the demo: two invented hospitals with people in every role."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--create", action="store_true", help="make it in an empty database")
        which.add_argument("--remove", action="store_true", help="empty the demo's database")
        which.add_argument("--reset", action="store_true", help="remove it and make it anew")
        parser.add_argument("--url", default=settings.BASE_URL, help="where it will be served")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"] or options["reset"]:
            self._remove()
        if options["create"] or options["reset"]:
            self._create(options["url"])

    def _create(self, url: str) -> None:
        if Hospital.objects.exists() or User.objects.exists():
            raise CommandError("There is a hospital in this database already. Nothing was changed.")
        everybody = staff.sign_ins()
        with transaction.atomic():
            known = making.make(everybody, url=url)
            _write(_kept_in(), json.dumps(known, indent=2, ensure_ascii=False) + "\n")
        self.stdout.write(f"The demo is made. Its sign-ins and tokens: {_kept_in()}")

    def _remove(self) -> None:
        if Hospital.objects.exists() and not identity.is_demo():
            raise CommandError(
                "This is a real hospital’s database, not a demo. Nothing was changed."
            )
        if identity.is_demo():
            removal.remove()
        _kept_in().unlink(missing_ok=True)
        self.stdout.write("The demo is gone.")


def _kept_in() -> Path:
    return Path(settings.VAR_DIR) / "demo.json"


def _write(path: Path, text: str) -> None:
    """Put the text there whole or not at all, and never readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".new")
    half.unlink(missing_ok=True)
    with os.fdopen(
        os.open(half, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    half.replace(path)
