"""Looks at a filled database with the code of today; prints what it finds as JSON."""

import json
from typing import Any


def look() -> dict[str, Any]:
    """Counts, guards, the audit's chain, and whether the histories end where the rows are."""
    from django.db import connection

    from hospital.kit import guards
    from hospital.models import AuditEvent, Department, Hospital, Membership, User, Ward
    from hospital.services import sealing, verifying
    from records.models import Patient, PatientContact, PatientIdentifier, Registration

    tracked = [Hospital, Department, Ward, User, Membership, Patient, Registration]
    tracked += [PatientContact, PatientIdentifier]
    counted = [*tracked, AuditEvent]
    return {
        "counts": {model._meta.label: model.objects.count() for model in counted},
        "histories": {model._meta.label: model.history.count() for model in tracked},
        "missing_guards": guards.missing(connection),
        "first_broken": sealing.first_broken(),
        "doctored": len(list(verifying.doctored())),
        "behind": [
            f"{model._meta.label} {row.pk}"
            for model in tracked
            for row in model.objects.all()
            if row.history.order_by("-version").values_list("version", flat=True).first()
            != row.version
        ],
        "keys": _keys(),
        "found": _found(),
    }


def _keys() -> list[str]:
    """The registrations whose search keys are not those that a patient of today gets."""
    from records.models import Registration
    from records.services import search_keys

    rows = Registration.objects.select_related("patient")
    return [str(row.pk) for row in rows if _stored(row) != _due(row, search_keys)]


def _stored(row: Any) -> set[tuple[str, str, int]]:
    return set(row.search_keys.values_list("kind", "key", "shared"))


def _due(row: Any, search_keys: Any) -> set[tuple[str, str, int]]:
    wanted = search_keys.keys_of(row.patient, row.patient.identifiers.live())
    return set() if row.is_retired else set(search_keys.with_shared(wanted))


def _found() -> list[int]:
    """How many the search finds at each hospital by a name of its own."""
    from hospital.models import Hospital
    from hospital.services.identity import command_actor
    from records.services import finding

    names = {"BRIGID": "mull", "COLUMBA": "smith"}
    return [
        len(
            finding.find(
                command_actor(hospital.pk, "receptionist"), names[hospital.code]
            ).patient_ids
        )
        for hospital in Hospital.objects.order_by("code")
    ]


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(look()))  # noqa: T201
