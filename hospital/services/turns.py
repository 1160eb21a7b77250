"""One after the other at a hospital, where many rows are made by what is there already."""

from uuid import UUID

from hospital.models import Hospital


def take(hospital_id: UUID) -> None:
    """Wait for whoever else is at it, and let nobody begin before the transaction ends.

    An import takes its turn for each chunk, and who registers somebody at a desk for that one. Nobody else waits but
    who changes the hospital itself.
    """
    here = Hospital.objects.filter(pk=hospital_id)
    list(here.order_by().select_for_update(no_key=True).values_list("pk"))
