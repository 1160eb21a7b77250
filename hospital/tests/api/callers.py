"""Whose token asks for a list of the API in the tests of all lists."""

from hospital.models import Hospital
from hospital.tests import factories

# What a person does and no program; everything else an integrator may ask for.
OF_PEOPLE = {
    "merges": (
        "receptionist",
        ["records.merge:read", "records.merge:write", "records.patient:read"],
    ),
}


def caller(path: str, hospital: Hospital) -> factories.ApiClient:
    """A client that may read the list at ``path``, and make what stands in it."""
    role, scopes = OF_PEOPLE.get(path, ("integrator", None))
    return factories.api(role, hospital, scopes=scopes)
