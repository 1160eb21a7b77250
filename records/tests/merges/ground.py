"""What tests of merges stand on: charts with something of every kind, merged and undone by two people."""

import datetime as dt
import itertools

from django.apps import apps
from simple_history.models import HistoricalChanges

from billing.tests.factories import EstimateFactory
from hospital.kit.records import Record
from hospital.models import ExternalId
from hospital.tests.factories import HospitalFactory, actor
from records.models import MergedRow, MergeEvent, NameForm, Patient, SearchKey
from records.services import merges
from records.tests.encounter_factories import (
    DiagnosisFactory,
    EncounterFactory,
    InPatientFactory,
    ObservationFactory,
    TreatmentFactory,
)
from records.tests.factories import (
    AllergyFactory,
    AllergyStatementFactory,
    AppointmentFactory,
    ContactFactory,
    IdentifierFactory,
    MedicalHistoryFactory,
    PatientFactory,
)

# What tells of the history of a row, and the order that follows from its chart's name.
NOT_FACTS = {"version", "updated_at", "changed_at", "sort_key"}
NOT_ASKED = (MergeEvent, MergedRow, SearchKey, NameForm)
START = dt.datetime(2027, 5, 3, 6, tzinfo=dt.UTC)
_hours = itertools.count()


def hour():
    """A time of nobody else."""
    return START + dt.timedelta(hours=next(_hours))


class Desk:
    """A hospital with a receptionist who proposes and an administrator who decides."""

    def __init__(self, here=None):
        self.here = here or HospitalFactory()
        self.reception = actor("receptionist", self.here)
        self.administrator = actor("administrator", self.here)

    def chart(self, **facts):
        return PatientFactory(at=self.here, **facts)

    def propose(self, survivor, merged, reason="Registered twice"):
        return merges.propose(
            self.reception, survivor=fresh(survivor), merged=fresh(merged), reason=reason
        )

    def merge(self, survivor, merged):
        return merges.approve(self.administrator, event=self.propose(survivor, merged))

    def refuse(self, event, reason="Two persons", **options):
        return merges.refuse(self.administrator, event=event, reason=reason, **options)

    def undo(self, event, reason="Two persons"):
        return merges.undo(self.administrator, event=fresh(event), reason=reason)


def fresh(row):
    """As it stands in the database now."""
    return type(row)._base_manager.get(pk=row.pk)


def _stay(patient, hospital):
    begins = hour()
    return InPatientFactory(
        patient=patient, hospital=hospital, status="finished", disposition="home",
        starts_at=begins, ends_at=begins + dt.timedelta(minutes=30),
    )  # fmt: skip


def _visit_of_appointment(patient, hospital):
    return EncounterFactory(
        patient=patient, hospital=hospital, appointment=_appointment(patient, hospital)
    )


def _appointment(patient, hospital):
    return AppointmentFactory(patient=patient, hospital=hospital, starts_at=hour())


def _cared_for(patient, hospital):
    visit = EncounterFactory(patient=patient, hospital=hospital)
    where = {"patient": patient, "hospital": hospital, "encounter": visit}
    DiagnosisFactory(**where)
    ObservationFactory(**where)
    return TreatmentFactory(encounter=visit)


# How something of each kind is made in a chart.
MAKERS = {
    "identifier": lambda patient, hospital: IdentifierFactory(patient=patient, hospital=hospital),
    "contact": lambda patient, hospital: ContactFactory(patient=patient, hospital=hospital),
    "allergy": lambda patient, hospital: AllergyFactory(patient=patient, hospital=hospital),
    "history": lambda patient, hospital: MedicalHistoryFactory(patient=patient, hospital=hospital),
    "appointment": _appointment,
    "visit": _visit_of_appointment,
    "stay": _stay,
    "care": _cared_for,
    "diagnosis": lambda patient, hospital: DiagnosisFactory(patient=patient, hospital=hospital),
    "estimate": lambda patient, hospital: EstimateFactory(treatment=_cared_for(patient, hospital)),
    "external": lambda patient, hospital: ExternalId.objects.create(
        source_id=hospital.pk, hospital_id=hospital.pk, resource=Patient.resource,
        value=str(next(_hours)), object_id=patient.pk,
    ),
}  # fmt: skip
STATES_NONE = AllergyStatementFactory


def facts():
    """(model, id) -> column -> what it holds, of every row that the merge could reach."""
    found = {}
    for model in apps.get_models():
        is_ours = model._meta.app_label in {"records", "billing"} or model is ExternalId
        if (
            is_ours
            and not issubclass(model, (HistoricalChanges, *NOT_ASKED))
            and not model._meta.proxy
        ):
            for row in model._base_manager.values():
                key = row[model._meta.pk.attname]
                found[model, key] = {n: v for n, v in row.items() if n not in NOT_FACTS}
    return found


def keys():
    """Everything by which somebody is found, and where they stand in lists."""
    rows = SearchKey.objects.values_list("registration", "hospital_id", "kind", "key", "shared")
    order = apps.get_model("records", "Registration").objects.values_list("pk", "sort_key")
    return sorted(map(str, rows)), sorted(map(str, order))


def edit(row, **changes):
    """What somebody changes in a row, whoever it belongs to by now."""
    now = fresh(row)
    for name, value in changes.items():
        setattr(now, name, value)
    assert isinstance(now, Record)
    now.save()
    return now
