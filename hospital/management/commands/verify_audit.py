"""``manage.py verify_audit``: whether anybody has changed the past."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from hospital.models import AuditSeal
from hospital.services import sealing, verifying


class Command(BaseCommand):
    help = (
        "Check the whole audit: that its chain of seals is unbroken, and that every version it "
        "booked still stands in the history as it was. Exits with 1 when something was changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = sealing.first_broken()
        if broken is not None:
            self.stdout.write(f"The chain is broken at seal {broken}.")
        changed = 0
        for found in verifying.doctored():
            changed += 1
            self.stdout.write(
                f"{found.resource} {found.object_id}: version {found.version} is {found.problem}."
            )
        if broken is not None or changed:
            self.stdout.write(f"{changed} versions are not as they were booked.")
            sys.exit(1)
        self.stdout.write(
            f"The audit is whole: {AuditSeal.objects.count():,} seals, all histories."
        )
