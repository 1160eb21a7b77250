"""Patients for tests, with as little said as the test needs."""

import datetime as dt
from typing import Any

import factory

from hospital.kit.ids import uuid7
from hospital.kit.sortkeys import fold
from hospital.models import Hospital
from hospital.tests.factories import (
    ClinicFactory,
    DoctorFactory,
    HospitalFactory,
    PartFactory,
)
from records.models import (
    Absence,
    Allergy,
    AllergyStatement,
    Appointment,
    AppointmentKind,
    Booking,
    CalendarFeed,
    Consumable,
    ConsumablePrice,
    Hold,
    Holiday,
    MedicalHistory,
    Medication,
    MedicationPrice,
    MergeEvent,
    Patient,
    PatientContact,
    PatientIdentifier,
    Procedure,
    ProcedurePrice,
    Registration,
    Session,
)
from records.models.identifiers import key_of
from records.services import mrns, search_keys


class PatientFactory(factory.django.DjangoModelFactory):
    """A chart registered ``at`` a hospital, sorted and found like any other. Nothing is audited."""

    class Meta:
        model = Patient

    family_name = factory.Sequence(lambda n: f"Family{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}")
    given_names = "Ana"
    birth_date = "1988-03-14"
    mrn = factory.LazyFunction(lambda: mrns.new(None)[0])

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Patient:
        hospital = params.pop("at", None) or HospitalFactory()
        patient = super()._generate(strategy, params)
        register(patient, hospital)
        return patient


class IdentifierFactory(factory.django.DjangoModelFactory):
    """A passport of a patient."""

    class Meta:
        model = PatientIdentifier

    patient = factory.SubFactory(PatientFactory)
    hospital = factory.LazyAttribute(lambda row: row.patient.registrations.first().hospital)
    kind = PatientIdentifier.Kind.PASSPORT
    value = factory.Sequence(lambda n: f"C01X{n:05}")
    value_key = factory.LazyAttribute(lambda row: key_of(row.value))

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> PatientIdentifier:
        identifier = super()._generate(strategy, params)
        search_keys.rewrite(identifier.patient)
        return identifier


class ContactFactory(factory.django.DjangoModelFactory):
    """Somebody to call about a patient."""

    class Meta:
        model = PatientContact

    patient = factory.SubFactory(PatientFactory)
    hospital = factory.LazyAttribute(lambda row: row.patient.registrations.first().hospital)
    name = factory.Sequence(lambda n: f"Contact {n}")
    phone = "+491705550140"


class EntryFactory(factory.django.DjangoModelFactory):
    """Something in a chart, recorded at ``hospital``; without a patient, of one registered there."""

    class Meta:
        abstract = True

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        if "patient" in params:
            params.setdefault("hospital", params["patient"].registrations.first().hospital)
        else:
            params.setdefault("hospital", HospitalFactory())
            params["patient"] = PatientFactory(at=params["hospital"])
        return super()._generate(strategy, params)


class AllergyFactory(EntryFactory):
    """An active allergy."""

    class Meta:
        model = Allergy

    substance = factory.Sequence(lambda n: f"Substance {n}")
    substance_key = factory.LazyAttribute(lambda row: fold(row.substance))


class AllergyStatementFactory(EntryFactory):
    """A statement that there are none."""

    class Meta:
        model = AllergyStatement


class MedicalHistoryFactory(EntryFactory):
    """A condition."""

    class Meta:
        model = MedicalHistory

    description = factory.Sequence(lambda n: f"Condition {n}")


def register(patient: Patient, hospital: Hospital) -> Registration:
    """Make the chart known to one more hospital."""
    registration = Registration.objects.create(
        patient=patient, hospital=hospital, sort_key=search_keys.sort_key(patient)
    )
    search_keys.rewrite(patient)
    return registration


class MergeFactory(factory.django.DjangoModelFactory):
    """Two charts of a hospital that somebody takes for one person."""

    class Meta:
        model = MergeEvent

    hospital = factory.SubFactory(HospitalFactory)
    survivor = factory.LazyAttribute(lambda row: PatientFactory(at=row.hospital))
    merged = factory.LazyAttribute(lambda row: PatientFactory(at=row.hospital))
    reason = "Registered twice"
    proposed_by = factory.LazyFunction(uuid7)


class MedicationFactory(PartFactory):
    """A tablet in a hospital's catalogue, without a price."""

    class Meta:
        model = Medication

    name = factory.Sequence(lambda n: f"Medication {n}")
    form = Medication.Form.TABLET
    strength = "500 mg"
    unit = Medication.Unit.TABLET


class PriceFactory(factory.django.DjangoModelFactory):
    """A price of a medication from 2026 on."""

    class Meta:
        model = MedicationPrice

    medication = factory.SubFactory(MedicationFactory)
    amount = "12.50"
    valid_from = "2026-01-01"


class ProcedureFactory(PartFactory):
    """A procedure of every department, without a price."""

    class Meta:
        model = Procedure

    code = factory.Sequence(lambda n: f"PROC{n}")
    name = factory.Sequence(lambda n: f"Procedure {n}")


class ProcedurePriceFactory(factory.django.DjangoModelFactory):
    """A price of a procedure from 2026 on."""

    class Meta:
        model = ProcedurePrice

    procedure = factory.SubFactory(ProcedureFactory)
    amount = "80.00"
    valid_from = "2026-01-01"


class ConsumableFactory(PartFactory):
    """Something counted by the piece, without a price."""

    class Meta:
        model = Consumable

    code = factory.Sequence(lambda n: f"ITEM{n}")
    name = factory.Sequence(lambda n: f"Consumable {n}")
    unit = Consumable.Unit.PIECE


class ConsumablePriceFactory(factory.django.DjangoModelFactory):
    """A price of a consumable from 2026 on."""

    class Meta:
        model = ConsumablePrice

    consumable = factory.SubFactory(ConsumableFactory)
    amount = "0.50"
    valid_from = "2026-01-01"


class AppointmentKindFactory(PartFactory):
    """A kind of appointment that takes twenty minutes, at every clinic."""

    class Meta:
        model = AppointmentKind

    code = factory.Sequence(lambda n: f"KIND{n}")
    name = factory.Sequence(lambda n: f"Kind {n}")


class HoursFactory(factory.django.DjangoModelFactory):
    """Something about a resource: of a new doctor, at the hospital of what is given."""

    class Meta:
        abstract = True

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        given = [params.get(name) for name in ("hospital", "bookable", "clinic")]
        rows = [row for row in given if row is not None]
        hospital = getattr(rows[0], "hospital", rows[0]) if rows else HospitalFactory()
        params.setdefault("hospital", hospital)
        if "bookable" not in params:
            params["bookable"] = DoctorFactory(hospital=hospital).as_resource
        return super()._generate(strategy, params)


class SessionFactory(HoursFactory):
    """Mondays 09:00-12:00 in slots of twenty minutes, since 2026."""

    class Meta:
        model = Session

    clinic = factory.LazyAttribute(lambda row: ClinicFactory(hospital=row.hospital))
    weekday = "mon"
    opens_at = dt.time(9)
    closes_at = dt.time(12)
    slot_minutes = 20
    valid_from = dt.date(2026, 1, 1)


class AbsenceFactory(HoursFactory):
    """Leave on the 1st of March 2027."""

    class Meta:
        model = Absence

    starts_at = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
    ends_at = dt.datetime(2027, 3, 2, tzinfo=dt.UTC)


class HolidayFactory(factory.django.DjangoModelFactory):
    """A day on which the whole hospital is closed."""

    class Meta:
        model = Holiday

    hospital = factory.SubFactory(HospitalFactory)
    name = factory.Sequence(lambda n: f"Holiday {n}")
    first_on = dt.date(2027, 12, 25)
    last_on = dt.date(2027, 12, 26)


class AppointmentFactory(factory.django.DjangoModelFactory):
    """A patient at a doctor on Monday, 1st of March 2027, 09:00-09:20 in Berlin; nobody's hours are asked."""

    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    starts_at = dt.datetime(2027, 3, 1, 8, tzinfo=dt.UTC)
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + dt.timedelta(minutes=20))

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Appointment:
        given = [params.get(name) for name in ("clinic", "doctor", "hospital")]
        rows = [row for row in given if row is not None]
        hospital = getattr(rows[0], "hospital", rows[0]) if rows else HospitalFactory()
        params.setdefault("hospital", hospital)
        params.setdefault("clinic", ClinicFactory(hospital=hospital))
        params.setdefault("doctor", DoctorFactory(hospital=hospital))
        if "caller_name" not in params:
            params.setdefault("patient", PatientFactory(at=hospital))
        return super()._generate(strategy, params)

    @factory.post_generation
    def booked(self, create: bool, extracted: Any, **facts: Any) -> None:
        """What it takes up: the doctor, outside of any session."""
        if create and self.doctor and self.is_taking:
            Booking.objects.create(
                hospital_id=self.hospital_id, appointment=self, bookable=self.doctor.as_resource,
                starts_at=self.starts_at, ends_at=self.ends_at,
            )  # fmt: skip


class HoldFactory(factory.django.DjangoModelFactory):
    """A hold on a time of a doctor that takes up nothing by itself."""

    class Meta:
        model = Hold

    hospital = factory.SubFactory(HospitalFactory)
    clinic = factory.LazyAttribute(lambda row: ClinicFactory(hospital=row.hospital))
    starts_at = dt.datetime(2027, 3, 1, 8, tzinfo=dt.UTC)
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + dt.timedelta(minutes=20))
    expires_at = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


class CalendarFeedFactory(factory.django.DjangoModelFactory):
    """A calendar address of a doctor, whose secret nobody knows."""

    class Meta:
        model = CalendarFeed

    hospital = factory.SubFactory(HospitalFactory)
    doctor = factory.LazyAttribute(lambda row: DoctorFactory(hospital=row.hospital))
    secret_hash = factory.LazyFunction(lambda: CalendarFeed.hash_of(CalendarFeed.new_secret()))
