"""Long pickers of the admin: found by a part of the name, without a script."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import facts
from hospital.kit.errors import errors_of
from hospital.models import Bed, Doctor
from hospital.tests.factories import (
    BedFactory,
    DepartmentFactory,
    HospitalFactory,
    WardFactory,
    actor,
    employ,
    signed_in,
)
from hospital.tests.filling import fill, form_on, send

pytestmark = pytest.mark.django_db

ADD = "/admin/hospital/bed/add/"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def admin(client, here):
    signed_in(client, "administrator", here)
    return client


@pytest.fixture
def ward(here):
    return WardFactory(hospital=here, code="S1", name="Surgical ward")


def offered(page, name="ward"):
    form = page.context["adminform"].form
    return form[name].field.widget.widget.get_context(name, "", {})["widget"]["options"]


def codes(page, name="ward"):
    errors = page.context["adminform"].form.errors.as_data()
    return [code for code, _sentence in errors_of(ValidationError(errors)).get(name, [])]


def test_the_live_ones_of_the_own_hospital_are_offered_with_their_code(admin, here, ward):
    gone = WardFactory(hospital=here)
    facts.retire(actor("administrator", here), gone, reason="Closed")
    WardFactory()
    page = admin.get(ADD)
    assert offered(page) == ["Surgical ward (S1)"]
    assert '<option value="Surgical ward (S1)"></option>' in page.content.decode()


@pytest.mark.parametrize(
    "typed", ["Surgical ward (S1)", " surgical WARD (s1) ", "Surgical ward", "id"]
)
def test_one_is_chosen_by_what_it_is_called_or_by_its_id(admin, ward, typed):
    answer = fill(admin, ADD, ward=str(ward.pk) if typed == "id" else typed, label="1")
    assert answer.status_code == 302
    assert Bed.objects.get().ward == ward


def test_a_standing_choice_is_shown_by_its_name_and_stays(admin, ward):
    bed = BedFactory(ward=ward, label="1")
    page = reverse("admin:hospital_bed_change", args=[bed.pk])
    form = form_on(admin.get(page), having="version")
    assert form["data"]["ward"] == ["Surgical ward (S1)"]
    send(admin, form, page, label="2")
    bed.refresh_from_db()
    assert (bed.ward, bed.label) == (ward, "2")


@pytest.mark.parametrize("typed", ["Surgical", "", "Their ward (T1)"])
def test_what_is_none_of_them_is_told_and_what_was_typed_stays(admin, ward, typed):
    WardFactory(code="T1", name="Their ward")
    page = fill(admin, ADD, ward=typed, label="1")
    assert codes(page) == ["invalid_choice" if typed else "required"]
    assert form_on(page, having="label")["data"]["ward"] == [typed]
    assert not Bed.objects.exists()


@pytest.mark.parametrize("by", ["name", "id"])
def test_one_that_was_retired_meanwhile_is_told_as_such(admin, here, ward, by):
    form = form_on(admin.get(ADD), having="label")
    facts.retire(actor("administrator", here), ward, reason="Closed")
    typed = "Surgical ward (S1)" if by == "name" else str(ward.pk)
    assert codes(send(admin, form, ADD, ward=typed, label="1")) == ["retired_choice"]


@pytest.mark.parametrize("keep", ["theirs", "yours"])
def test_of_two_choices_one_is_kept(admin, here, ward, keep):
    other, third = (WardFactory(hospital=here, code=code, name=code) for code in ("A1", "A2"))
    bed = BedFactory(ward=ward)
    page = reverse("admin:hospital_bed_change", args=[bed.pk])
    form = form_on(admin.get(page), having="version")
    Bed.objects.get(pk=bed.pk).save()
    moved = Bed.objects.get(pk=bed.pk)
    moved.ward = other
    moved.save()
    answer = send(admin, form, page, ward="A2 (A2)")
    assert answer.status_code == 412
    send(admin, form_on(answer, having="keep_ward"), page, keep_ward=keep)
    bed.refresh_from_db()
    assert bed.ward == (other if keep == "theirs" else third)


def test_two_people_of_one_name_are_told_apart(admin, here):
    first, second = (
        employ("doctor", here, full_name="Martin Vogel", username=f"vogel{n}") for n in "12"
    )
    page = "/admin/hospital/doctor/add/"
    assert set(offered(admin.get(page), "user")) == {
        f"Martin Vogel ({each.username})" for each in (first, second)
    }
    department = DepartmentFactory(hospital=here)
    fill(
        admin, page, user="Martin Vogel (vogel2)", family_name="Vogel", licence_number="1",
        department=str(department.pk),
    )  # fmt: skip
    assert Doctor.objects.get().user == second


def test_the_form_costs_the_same_for_few_and_for_many(admin, here):
    costs = []
    for wanted in (3, 27):
        WardFactory.create_batch(wanted, hospital=here)
        admin.get(ADD)
        with CaptureQueriesContext(connection) as queries:
            admin.get(ADD)
        costs.append(len(queries))
    assert costs[0] == costs[1]
