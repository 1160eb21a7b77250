"""Looks at a filled database with the code of today; prints what it finds as JSON."""

import json
from typing import Any


def look() -> dict[str, Any]:
    """Counts, guards, the audit's chain, and whether the histories end where the rows are."""
    from django.db import connection

    from hospital.kit import guards
    from hospital.models import AuditEvent, Department, Hospital, Membership, User, Ward
    from hospital.services import sealing, verifying
    from records.models import Patient, PatientContact, PatientIdentifier, Registration, SearchKey

    tracked = [Hospital, Department, Ward, User, Membership, Patient, Registration]
    tracked += [PatientContact, PatientIdentifier]
    counted = [*tracked, AuditEvent, SearchKey]
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
        "found": _found(),
    }


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
