"""A row of beds on the web, and what a nurse is offered."""

import pytest
from django.urls import reverse

from hospital.models import Bed
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, signed_in
from hospital.tests.filling import fill, form_on, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def ward(here):
    return WardFactory(hospital=here)


@pytest.fixture
def admin(client, here):
    signed_in(client, "administrator", here)
    return client


def test_the_wards_page_lists_its_beds_and_adds_a_row_once(admin, ward):
    BedFactory(ward=ward, label="1")
    where = reverse("hospital:ward-detail", args=[ward.pk])
    form = form_on(admin.get(where), action="add-many")
    answers = [send(admin, form, where, first="2", last="10") for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [where, where]
    assert [bed.label for bed in admin.get(where).context["beds"]] == [str(n) for n in range(1, 11)]


def test_a_row_that_cannot_be_added_comes_back_with_what_was_typed(admin, ward):
    bed = BedFactory(ward=ward, label="2")
    page = f"{reverse('hospital:bed-add-many')}?ward={ward.pk}"
    taken = fill(admin, page, first="1", last="3")
    assert taken.status_code == 409
    assert reverse("hospital:bed-detail", args=[bed.pk]) in taken.content.decode()
    wrong = fill(admin, page, first="3", last="1")
    assert (wrong.status_code, wrong.context["form"]["first"].value()) == (400, "3")
    assert "bed_range" in {error.code for error in wrong.context["form"].errors.as_data()["last"]}
    long = fill(admin, page, before="x" * 20, first="3", last="4")
    assert "max_length" in {error.code for error in long.context["form"].errors.as_data()["before"]}
    assert Bed.objects.count() == 1


def test_a_long_wards_page_shows_the_first_hundred_and_leads_to_all(admin, ward):
    BedFactory.create_batch(101, ward=ward)
    page = admin.get(reverse("hospital:ward-detail", args=[ward.pk]))
    assert len(page.context["beds"]) == 100
    assert admin.get(page.context["beds_url"]).context["listing"].count == 101


def test_the_list_is_in_the_order_of_counting(admin, ward):
    for label in ("10", "9"):
        BedFactory(ward=ward, label=label)
    rows = admin.get(reverse("hospital:bed-list")).context["listing"].rows
    assert [row.first for row in rows] == ["9", "10"]


def test_the_list_is_filtered_only_by_what_was_chosen(admin, ward):
    for policy in ("any", "female"):
        BedFactory(ward=ward, sex_policy=policy)
    whole = admin.get(reverse("hospital:bed-list"))
    assert len(whole.context["listing"].rows) == 2
    assert whole.context["listing"].form["sex_policy"].value() is None
    part = admin.get(reverse("hospital:bed-list"), {"sex_policy": "female", "kind": ""})
    assert len(part.context["listing"].rows) == 1
    assert len(part.context["listing"].chips) == 1


def test_a_nurse_is_offered_what_she_may_change_and_no_more(client, here, ward):
    signed_in(client, "nurse", here)
    bed = BedFactory(ward=ward, label="1")
    where = reverse("hospital:bed-edit", args=[bed.pk])
    assert set(client.get(where).context["form"].fields) == {
        "sex_policy",
        "is_isolation",
        "version",
    }
    fill(client, where, sex_policy="male", label="2", kind="cot")
    bed.refresh_from_db()
    assert (bed.sex_policy, bed.label, bed.kind) == ("male", "1", "bed")
    page = client.get(reverse("hospital:ward-detail", args=[ward.pk])).content.decode()
    assert "add-many" not in page
