"""What tests of tasks begin with: two hospitals whose names must not be told in each other's."""

import datetime as dt

from hospital.kit import clock
from hospital.kit.errors import problem_of
from hospital.tests.factories import (
    DoctorFactory,
    HospitalFactory,
    UserFactory,
    WardFactory,
    actor,
)
from records.models import InPatient, Task
from records.services import inpatients
from records.tests.factories import PatientFactory, register

HOUR = dt.timedelta(hours=1)


class Side:
    """A hospital with a ward, a doctor and a nurse, each with a name that nobody elsewhere may read."""

    def __init__(self, name):
        self.words = [
            f"{word}{name}" for word in ("Hospital", "Ward", "Doctor", "Nurse", "Because")
        ]
        hospital, ward, doctor, nurse, why = self.words
        self.here = HospitalFactory(name=hospital)
        self.ward = WardFactory(hospital=self.here, name=ward)
        self.attending = DoctorFactory(hospital=self.here, family_name=doctor)
        self.nurse = actor("nurse", self.here, user=UserFactory(full_name=nurse), ip="203.0.113.7")
        self.doctor = actor("doctor", self.here)
        self.why = why
        self.words += [str(each) for each in (self.here.pk, self.ward.pk, self.nurse.user_id)]

    def admit(self, patient, **about):
        row = InPatient(
            hospital=self.here, patient=patient, attending=self.attending, complaint=self.why
        )
        stay = inpatients.admit(self.nurse, stay=row, ward=self.ward, **about)
        number = f"N{stay.number}{self.why}"  # a short one would be found in anything
        InPatient.objects.filter(pk=stay.pk).update(number=number)
        self.words += [str(stay.pk), number]
        return stay

    def discharge(self, stay, disposition="home"):
        stay = InPatient.objects.get(pk=stay.pk)
        return inpatients.discharge(
            self.doctor, stay=stay, disposition=disposition, override_reason="Asked"
        )

    @property
    def tasks(self):
        """(kind, status) of its tasks, in order."""
        rows = Task.objects.filter(hospital=self.here).order_by("id")
        return list(rows.values_list("kind", "status"))


def known_at(one, *others):
    """A patient of several hospitals."""
    patient = PatientFactory(at=one.here)
    for side in others:
        register(patient, side.here)
    return patient


def ago(hours):
    return clock.now() - hours * HOUR


def code_of(refused):
    return problem_of(refused.value).code
