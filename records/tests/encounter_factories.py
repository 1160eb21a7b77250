"""Stays, visits and what is written down in them, for tests."""

import datetime as dt
from decimal import Decimal
from typing import Any

import factory

from hospital.tests.factories import (
    BedFactory,
    ClinicFactory,
    DoctorFactory,
    HospitalFactory,
    WardFactory,
)
from records.models import (
    BedPeriod,
    Diagnosis,
    Encounter,
    InPatient,
    Observation,
    OutPatient,
    Task,
    Treatment,
    VitalRange,
)
from records.tests.factories import PatientFactory, ProcedureFactory


class InPatientFactory(factory.django.DjangoModelFactory):
    """A patient who came in on the 1st of March 2026, 09:00 in Berlin, and waits in a ward for a bed unless
    ``bed`` is given; planned ones have no place."""

    class Meta:
        model = InPatient

    number = factory.Sequence(lambda n: f"T{n}")
    status = "in_progress"
    starts_at = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **facts: Any) -> InPatient:
        bed, ward = facts.pop("bed", None), facts.pop("ward", None)
        stay = super()._create(model_class, *args, **facts)
        if stay.status in ("in_progress", "on_leave"):
            ward = bed.ward if bed else ward or WardFactory(hospital=stay.hospital)
            BedPeriodFactory(bed=bed, ward=ward, encounter=stay, starts_at=stay.starts_at)
        return stay

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> InPatient:
        given = [params.get(name) for name in ("bed", "ward", "attending", "hospital")]
        rows = [row for row in given if row is not None]
        hospital = getattr(rows[0], "hospital", rows[0]) if rows else HospitalFactory()
        params.setdefault("hospital", hospital)
        params.setdefault("patient", PatientFactory(at=hospital))
        return super()._generate(strategy, params)


class BedPeriodFactory(factory.django.DjangoModelFactory):
    """A bed of its own is closed, unless a stay is given that occupies it."""

    class Meta:
        model = BedPeriod

    kind = factory.LazyAttribute(lambda row: "occupied" if row.encounter else "closed")
    encounter = None
    starts_at = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> BedPeriod:
        if params.get("ward") is None:
            bed = params.get("bed") or BedFactory(
                **{"hospital": params["hospital"]} if "hospital" in params else {}
            )
            params |= {"bed": bed, "ward": bed.ward}
        params.setdefault("hospital", params["ward"].hospital)
        return super()._generate(strategy, params)


class OutPatientFactory(factory.django.DjangoModelFactory):
    """A patient who came to a clinic on the 1st of March 2026, 09:00 in Berlin, and waits."""

    class Meta:
        model = OutPatient

    hospital = factory.SubFactory(HospitalFactory)
    patient = factory.LazyAttribute(lambda row: PatientFactory(at=row.hospital))
    clinic = factory.LazyAttribute(lambda row: ClinicFactory(hospital=row.hospital))
    number = factory.Sequence(lambda n: f"V{n}")
    status = "arrived"
    starts_at = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)


class EncounterFactory(OutPatientFactory):
    """The same visit, as one of all encounters."""

    class Meta:
        model = Encounter

    kind = "outpatient"
    number = factory.Sequence(lambda n: f"E{n}")


class DiagnosisFactory(factory.django.DjangoModelFactory):
    """A confirmed diagnosis of a patient, outside of any visit."""

    class Meta:
        model = Diagnosis

    hospital = factory.SubFactory(HospitalFactory)
    patient = factory.LazyAttribute(lambda row: PatientFactory(at=row.hospital))
    description = "Asthma"


class ObservationFactory(factory.django.DjangoModelFactory):
    """A patient's pulse, taken on the 1st of March 2026, 09:15 in Berlin."""

    class Meta:
        model = Observation

    hospital = factory.SubFactory(HospitalFactory)
    patient = factory.LazyAttribute(lambda row: PatientFactory(at=row.hospital))
    code_system = "http://loinc.org"
    code = "8867-4"
    name = "Pulse"
    value = Decimal(72)
    unit = "/min"
    interpretation = "N"
    taken_at = dt.datetime(2026, 3, 1, 8, 15, tzinfo=dt.UTC)


class VitalRangeFactory(factory.django.DjangoModelFactory):
    """The pulse of an adult."""

    class Meta:
        model = VitalRange

    hospital = factory.SubFactory(HospitalFactory)
    code = "8867-4"
    from_months = 216
    low = Decimal(60)
    high = Decimal(100)


class TreatmentFactory(factory.django.DjangoModelFactory):
    """A treatment planned in a visit, with a procedure of the same hospital."""

    class Meta:
        model = Treatment

    encounter = factory.SubFactory(EncounterFactory)
    hospital = factory.LazyAttribute(lambda row: row.encounter.hospital)
    patient = factory.LazyAttribute(lambda row: row.encounter.patient)
    procedure = factory.LazyAttribute(lambda row: ProcedureFactory(hospital=row.hospital))
    doctor = factory.LazyAttribute(lambda row: DoctorFactory(hospital=row.hospital))

    @classmethod
    def _generate(cls, strategy, params):
        """Where and whose it is, when that is told and no visit is, is where and whose the visit is."""
        told = {name: params[name] for name in ("hospital", "patient") if name in params}
        if told and "encounter" not in params:
            params = {**params, "encounter": EncounterFactory(**told)}
        return super()._generate(strategy, params)


class TaskFactory(factory.django.DjangoModelFactory):
    """An open task of a stay."""

    class Meta:
        model = Task

    hospital = factory.LazyAttribute(lambda row: row.encounter.hospital)
    kind = "admitted_elsewhere"

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Task:
        """Of a stay of its own, of this ``patient``, unless a stay is given."""
        if "encounter" not in params:
            of_stay = {name: params[name] for name in ("hospital", "patient") if name in params}
            params = {**params, "encounter": InPatientFactory(**of_stay)}
        params.pop("patient", None)
        return super()._generate(strategy, params)
