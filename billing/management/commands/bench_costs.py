"""``manage.py bench_costs``: how much faster a treatment's cost is than walking from object to object."""

from collections.abc import Callable

from records.bench.commands import Measuring


class Command(Measuring):
    help = (
        "Measure what a treatment's cost takes, on the database of `bench`: OPENWARD_MODE=bench "
        "DATABASE_URL=… ./run manage bench_costs. Nothing is left in it."
    )

    def measure(self, *, rounds: int, out: Callable[[str], None]) -> None:
        from billing.bench import costs

        costs.run(rounds=rounds, out=out)
