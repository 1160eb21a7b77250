"""``manage.py bench_growth``: how what finding people takes grows with their number."""

from collections.abc import Callable

from django.conf import settings
from django.core.management.base import CommandError

from records.bench import seeding
from records.bench.commands import Measuring


class Command(Measuring):
    help = (
        "Measure searching, listing and the check for duplicates on the database of `bench`, beside their own "
        "SQL; once for each size: OPENWARD_MODE=bench DATABASE_URL=… ./run manage bench_growth. "
        "The table has all sizes measured so far; nothing is left in the database."
    )

    def measure(self, *, rounds: int, out: Callable[[str], None]) -> None:
        from records.bench import growth

        try:
            growth.run(rounds=rounds, into=settings.VAR_DIR / "bench-growth.json", out=out)
        except seeding.NotForMeasuring as refused:
            raise CommandError(str(refused)) from None
