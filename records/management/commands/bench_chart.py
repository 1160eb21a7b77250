"""``manage.py bench_chart``: what opening a long chart takes beside the SQL it cannot do without."""

from collections.abc import Callable

from records.bench.commands import Measuring


class Command(Measuring):
    help = (
        "Measure what opening a chart of 2,000 visits and 20,000 values takes, on the database of `bench`: "
        "OPENWARD_MODE=bench DATABASE_URL=… ./run manage bench_chart. Nothing is left in it."
    )
    looks_at_pages = True

    def measure(self, *, rounds: int, out: Callable[[str], None]) -> None:
        from records.bench import charts

        charts.run(rounds=rounds, out=out)
