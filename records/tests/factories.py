"""Patients for tests, with as little said as the test needs."""

from typing import Any

import factory

from hospital.kit.sortkeys import fold
from hospital.models import Hospital
from hospital.tests.factories import HospitalFactory, PartFactory
from records.models import (
    Allergy,
    AllergyStatement,
    MedicalHistory,
    Medication,
    MedicationPrice,
    Patient,
    PatientContact,
    PatientIdentifier,
    Registration,
)
from records.models.identifiers import key_of
from records.services import patients, search_keys


class PatientFactory(factory.django.DjangoModelFactory):
    """A chart registered ``at`` a hospital, sorted and found like any other. Nothing is audited."""

    class Meta:
        model = Patient

    family_name = factory.Sequence(lambda n: f"Family{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}")
    given_names = "Ana"
    birth_date = "1988-03-14"
    mrn = factory.LazyFunction(patients.next_mrn)

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
