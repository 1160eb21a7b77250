"""Whatever is wrong is wrong in the same words at every door: service, pages, API, admin."""

from typing import Any, ClassVar

import pytest

from hospital.kit import facts
from hospital.models import AuditEvent, Department, Ward
from hospital.tests import factories
from records.models import Patient, PatientIdentifier
from records.services import patients
from records.tests.factories import IdentifierFactory, PatientFactory

from .doors import Doors, admin_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital():
    return factories.HospitalFactory()


class Kind:
    """A kind of record sent to every door; ``calls`` names the doors it has."""

    model: Any
    good: ClassVar[dict[str, Any]]
    role = "administrator"

    def __init__(self, hospital):
        self.hospital, self.doors = hospital, Doors(hospital, self.role)

    def answers(self, changes):
        return {door: call() for door, call in self.calls({**self.good, **changes}).items()}


class Wards(Kind):
    """A ward made at every door."""

    model = Ward
    good: ClassVar = {"code": "W7", "name": "Ward 7", "floor": "", "phone": ""}

    def calls(self, typed):
        typed = {"department": factories.DepartmentFactory(hospital=self.hospital), **typed}
        ids = {**typed, "department": str(typed["department"].pk)}
        json = {("department_id" if name == "department" else name): ids[name] for name in ids}
        return {
            "service": lambda: self.doors.service(
                lambda actor: facts.create(actor, Ward(hospital=self.hospital, **typed))
            ),
            "api": lambda: self.doors.api("post", "/api/v1/wards", json),
            "web": lambda: self.doors.page("/wards/new/", ids),
            "admin": lambda: self.doors.page(admin_url(Ward, "add"), ids),
        }


class Departments(Kind):
    """A department made at every door."""

    model = Department
    good: ClassVar = {"code": "D7", "name": "Department 7", "phone": "", "description": ""}

    def calls(self, typed):
        return {
            "service": lambda: self.doors.service(
                lambda actor: facts.create(actor, Department(hospital=self.hospital, **typed))
            ),
            "api": lambda: self.doors.api("post", "/api/v1/departments", typed),
            "web": lambda: self.doors.page("/departments/new/", typed),
            "admin": lambda: self.doors.page(admin_url(Department, "add"), typed),
        }


class Patients(Kind):
    """A patient registered at every door that registers."""

    model = Patient
    role = "receptionist"
    good: ClassVar = {
        "family_name": "Okoro", "given_names": "Daniel", "sex": "male", "birth_date": "1972-03-14",
    }  # fmt: skip

    def calls(self, typed):
        return {
            "service": lambda: self.doors.service(
                lambda actor: patients.register(actor, patient=Patient(**typed))
            ),
            "api": lambda: self.doors.api("post", "/api/v1/patients", typed),
            "web": lambda: self.doors.page("/patients/register/", as_boxes(typed)),
        }


class Charts(Patients):
    """A chart changed at every door; the admin changes charts but registers none."""

    def calls(self, typed, version=1):
        chart = PatientFactory(at=self.hospital, **self.good)
        api = f"/api/v1/patients/{chart.pk}"
        seen = {"If-Match": f'"{version}"'}
        ticks = {name: value for name, value in as_boxes(typed).items() if name in typed}
        admin = {**typed, **ticks, "version": str(version)}
        web = {**as_boxes(typed), "version": str(version)}
        return {
            "service": lambda: self.doors.service(
                lambda actor: change(actor, chart.pk, typed, version)
            ),
            "api": lambda: self.doors.api("patch", api, typed, **seen),
            "web": lambda: self.doors.page(f"/patients/{chart.pk}/edit/", web),
            "admin": lambda: self.doors.page(
                admin_url(Patient, "change", chart.pk), admin, "administrator"
            ),
        }


def change(actor, pk, typed, version):
    chart = Patient.objects.visible_to(actor).get(pk=pk)
    for name, value in typed.items():
        setattr(chart, name, value)
    return patients.update(actor, patient=chart, expected_version=version)


def as_boxes(typed):
    """Dates as the pages ask for them: day, month and year apart; ticks as browsers send them."""
    found = {}
    for name, value in typed.items():
        if name in {"birth_date", "deceased_on"}:
            year, month, day = ([*str(value).split("-"), "", ""])[:3]
            found |= {f"{name}_year": year, f"{name}_month": month, f"{name}_day": day}
        elif isinstance(value, bool):
            found[name] = "on" if value else None
        else:
            found[name] = value
    return found


OF_PLACES = [
    ({"name": ""}, "name", "required"),
    ({"name": "   "}, "name", "required"),
    ({"name": "\u200b\u3000\ufeff"}, "name", "required"),
    ({"name": "x" * 121}, "name", "max_length"),
    ({"name": "a\x00b"}, "name", "nul_character"),
    ({"code": ""}, "code", "required"),
    ({"code": "lower case"}, "code", "code_invalid"),
    ({"code": "X"}, "code", "code_invalid"),
    ({"code": "A_B"}, "code", "code_invalid"),
    ({"code": "TAKEN"}, "code", "code_taken"),
    ({"phone": "12"}, "phone", "phone_invalid"),
    ({"phone": "no number"}, "phone", "phone_invalid"),
]
OF_PEOPLE = [
    ({"family_name": " ", "given_names": "\u200f"}, "family_name", "name_required"),
    ({"family_name": "", "given_names": ""}, "family_name", "name_required"),
    ({"is_unidentified": True}, "is_unidentified", "name_given"),
    (
        {"family_name": "", "given_names": "Ana", "is_unidentified": True},
        "is_unidentified",
        "name_given",
    ),
    ({"family_name": "x" * 101}, "family_name", "max_length"),
    ({"given_names": "a\x00b"}, "given_names", "nul_character"),
    ({"sex": "man"}, "sex", "invalid_choice"),
    ({"birth_date": "1988-02-30"}, "birth_date", "date_invalid"),
    ({"birth_date": "1788"}, "birth_date", "date_invalid"),
    ({"birth_date": "2988"}, "birth_date", "date_in_future"),
    ({"blood_group": "C+"}, "blood_group", "invalid_choice"),
    ({"deceased_on": "2020"}, "deceased_on", "deceased_required"),
    ({"is_deceased": True, "deceased_on": "1950"}, "deceased_on", "death_before_birth"),
    ({"is_deceased": True, "deceased_on": "2988"}, "deceased_on", "date_in_future"),
    ({"country": "XX"}, "country", "country_invalid"),
    ({"postal_code": "x" * 21}, "postal_code", "max_length"),
]
# Fields that an administrator sees masked and so cannot write.
OF_REACHING_THEM = [
    ({"phone": "12"}, "phone", "phone_invalid"),
    ({"phone": "+49 30 23125001 ext 5"}, "phone", "phone_invalid"),
    ({"email": "not an address"}, "email", "invalid"),
    ({"address_line": "x" * 201}, "address_line", "max_length"),
]
TABLE = [
    *((kind, *row) for kind in (Wards, Departments) for row in OF_PLACES),
    *((Patients, *row) for row in [*OF_PEOPLE, *OF_REACHING_THEM]),
    *((Charts, *row) for row in OF_PEOPLE),
]


def named(row):
    kind, changes, field, code = row
    return f"{kind.__name__}-{field}-{code}-{'-'.join(map(repr, changes.values()))[:30]}"


@pytest.mark.parametrize(("kind", "changes", "field", "code"), TABLE, ids=map(named, TABLE))
def test_every_door_says_the_same_and_nothing_is_written(
    hospital, kind, changes, field, code, count
):
    factories.WardFactory(hospital=hospital, code="TAKEN", department__code="TAKEN")
    calls = kind(hospital).calls({**kind.good, **changes})
    rows = sorted(kind.model.objects.values_list("pk", "version"))
    answers = {door: call() for door, call in calls.items()}
    assert answers == dict.fromkeys(answers, (400, {field: code}))
    assert rows == [
        row for row in sorted(kind.model.objects.values_list("pk", "version")) if row in rows
    ]
    assert not AuditEvent.objects.filter(version__isnull=False).exists(), "a write was booked"
    count("broken inputs told alike by every door", len(answers))


# Nobody of whom a desk would be asked whether it is somebody else.
PEOPLE = [
    "Achterberg",
    "Bondarenko",
    "Fitzgerald",
    "Quispe",
    "Johansson",
    "Mutombo",
    "Zielinska",
    "Lund",
]


@pytest.mark.parametrize("kind", [Wards, Departments, Patients, Charts])
def test_the_good_facts_pass_every_door(hospital, kind):
    """The control: what is refused above is refused for the one thing that is wrong."""
    doors = list(kind(hospital).calls(dict(kind.good)))
    for number, door in enumerate(doors):
        fresh = (
            {"family_name": PEOPLE[number], "given_names": PEOPLE[-number - 1]}
            if issubclass(kind, Patients)
            else {"code": f"N{number}0"}
        )
        status, errors = kind(hospital).calls({**kind.good, **fresh})[door]()
        assert (status < 400, errors) == (True, {}), door


def test_a_department_of_another_hospital_does_not_exist_at_any_door(hospital):
    foreign = factories.DepartmentFactory()
    answers = Wards(hospital).answers({"department": foreign})
    # No door can name it, so only a programming error gets it as far as the service.
    assert answers.pop("service") == (400, {"department": "other_tenant"})
    assert answers == dict.fromkeys(answers, (400, {"department": "invalid_choice"}))
    nowhere = Department(hospital=hospital, code="N0", name="Never stored")
    unknown = Wards(hospital).calls({**Wards.good, "department": nowhere})
    assert {door: unknown[door]() for door in answers} == answers, "it can be told that it exists"


def test_a_department_retired_meanwhile_is_told_as_retired_at_every_door(hospital):
    retired = factories.DepartmentFactory(hospital=hospital)
    facts.retire(factories.actor("administrator", hospital), retired, reason="Moved")
    answers = Wards(hospital).answers({"department": retired})
    assert answers == dict.fromkeys(answers, (400, {"department": "retired_choice"}))


def test_a_stale_edit_is_stale_at_every_door(hospital):
    statuses = {}
    for door in Charts(hospital).calls(dict(Charts.good)):
        call = Charts(hospital).calls({**Charts.good, "city": "Köln"})[door]
        chart = Patient.objects.order_by("pk").last()
        chart.city = "Bonn"
        chart.save()
        statuses[door] = call()[0]
        assert Patient.objects.get(pk=chart.pk).city == "Bonn"
    assert statuses == dict.fromkeys(statuses, 412)
    assert len(statuses) == 4


def test_a_passport_known_here_is_a_conflict_at_every_door(hospital):
    IdentifierFactory(patient=PatientFactory(at=hospital), value="C01X77")
    passport = {"kind": "passport", "system": "", "value": "c01-x 77"}
    doors = Doors(hospital, "receptionist")

    def register(actor):
        numbers = [PatientIdentifier(**passport)]
        return patients.register(actor, patient=Patient(family_name="Okoro"), identifiers=numbers)

    body = {"family_name": "Okoro", "identifiers": [passport]}
    answers = [doors.service(register), doors.api("post", "/api/v1/patients", body)]
    assert answers == [(409, {"": "identifier_known"})] * 2
