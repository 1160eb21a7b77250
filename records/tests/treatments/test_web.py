"""Treatments on the web: planned, done, called off, taken back, by the forms that the pages show."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import DoctorFactory, HospitalFactory, actor, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Treatment, TreatmentMedication
from records.services import treatments
from records.tests.encounter_factories import (
    InPatientFactory,
    OutPatientFactory,
    TreatmentFactory,
)
from records.tests.factories import (
    ConsumableFactory,
    MedicationFactory,
    PatientFactory,
    ProcedureFactory,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def doctor(client, here):
    """Signed in, and one of the hospital's doctors."""
    user = signed_in(client, "doctor", here)
    return DoctorFactory(hospital=here, user=user)


@pytest.fixture
def visit(here):
    return OutPatientFactory(hospital=here, starts_at=clock.now() - 5 * HOUR)


@pytest.fixture
def catalogue(here):
    """An ECG, two strengths of one tablet, and gloves."""
    return {
        "ecg": ProcedureFactory(hospital=here, name="ECG", code="ECG1"),
        "500": MedicationFactory(hospital=here, name="Doliprane", strength="500 mg"),
        "1000": MedicationFactory(hospital=here, name="Doliprane", strength="1000 mg"),
        "gloves": ConsumableFactory(hospital=here, name="Gloves", code="GL", unit="pair"),
    }


def page(name, *args):
    return reverse(f"records:treatment-{name}", args=args)


def new_in(visit):
    return f"{page('create', visit.patient_id)}?encounter={visit.pk}"


def planned(visit, **facts):
    return TreatmentFactory(encounter=visit, hospital=visit.hospital, **facts)


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def used(treatment, name="medications"):
    rows = getattr(treatment, name).live()
    return sorted(f"{row.quantity} {row.unit} {row}" for row in rows)


# ---- planning


def test_one_is_planned_in_a_visit_with_what_is_given_and_used(client, doctor, visit, catalogue):
    url = new_in(visit)
    form = form_on(client.get(url))
    assert form["data"]["encounter"] == [str(visit.pk)]
    assert form["data"]["doctor"] == [str(doctor.pk)]
    typed = {
        "procedure": "ecg", "planned_for_day": "+1", "planned_for_time": "9", "consent": "given",
        "medications-0-medication": "doliprane 500 mg tablet", "medications-0-quantity": "2.5",
        "consumables-0-consumable": "GL", "consumables-0-quantity": "1",
    }  # fmt: skip

    answers = [send(client, form, url, **typed) for _ in range(2)]

    made = Treatment.objects.get()
    assert [each["Location"] for each in answers] == [page("detail", made.pk)] * 2
    assert (made.procedure, made.doctor, made.encounter_id) == (catalogue["ecg"], doctor, visit.pk)
    assert used(made) == ["2.5 tablet Doliprane 500 mg Tablet"]
    assert used(made, "consumables") == ["1 pair Gloves"]
    shown = text_of(client.get(page("detail", made.pk)))
    assert "Doliprane 500 mg Tablet Medication 2.5 Tablet" in shown
    assert "Planned" in shown


def test_without_a_visit_in_the_address_one_chooses_among_the_open_ones(
    client, doctor, here, visit
):
    patient = visit.patient
    stay = InPatientFactory(hospital=here, patient=patient, starts_at=clock.now() - HOUR)
    OutPatientFactory(hospital=here, patient=patient, status="cancelled", cancel_reason="Left")
    OutPatientFactory(hospital=here)
    url = page("create", patient.pk)
    shown = client.get(url)
    offered = [value for value, _words in shown.context["form"].fields["encounter"].choices]
    assert offered == ["", str(stay.pk), str(visit.pk)]
    ProcedureFactory(hospital=here, name="ECG")
    answer = send(client, form_on(shown), url, procedure="ECG")
    assert answer.status_code == 400
    assert "Choose the visit or the stay." in text_of(answer)
    send(client, form_on(answer), url, encounter=str(stay.pk))
    assert Treatment.objects.get().encounter_id == stay.pk


def test_without_an_open_one_the_page_leads_to_where_one_is_opened(client, doctor, here):
    patient = PatientFactory(at=here)
    shown = client.get(page("create", patient.pk))
    assert shown.status_code == 200
    assert "There is no open visit or stay." in text_of(shown)
    assert reverse("records:inpatient-create", args=[patient.pk]) in shown.content.decode()


@pytest.mark.parametrize("whose", ["another patient", "another hospital", "cancelled", "no id"])
def test_a_visit_that_is_not_the_patients_is_not_there(client, doctor, here, visit, whose):
    cancelled = {"status": "cancelled", "cancel_reason": "Left"}
    other = {
        "another patient": lambda: OutPatientFactory(hospital=here).pk,
        "another hospital": lambda: OutPatientFactory(patient=visit.patient).pk,
        "cancelled": lambda: OutPatientFactory(hospital=here, patient=visit.patient, **cancelled).pk,
        "no id": lambda: "x",
    }[whose]()  # fmt: skip
    url = f"{page('create', visit.patient_id)}?encounter={other}"
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


# ---- picking


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Doli", "Doliprane 1000 mg Tablet"),
        ("doliprane", "Doliprane 500 mg Tablet"),
        ("Doliprane .500 mg Tablet", "Doliprane 500 mg Tablet"),
        ("Nothing like it", "Nothing in the catalogue is called so."),
    ],
)
def test_what_is_not_the_name_of_one_is_said_at_its_row_with_what_fits(
    client, doctor, visit, catalogue, typed, told
):
    answer = fill(
        client, new_in(visit), procedure="ECG", note="Keep me",
        **{"medications-0-medication": typed, "medications-0-quantity": "3"},
    )  # fmt: skip
    assert answer.status_code == 400
    row = answer.context["form"].lists["medications"].forms[0]
    assert told in row.errors["medication"][0]
    assert "<title>Error: " in answer.content.decode()
    data = form_on(answer)["data"]
    assert (data["medications-0-medication"], data["medications-0-quantity"]) == ([typed], ["3"])
    assert data["note"] == ["Keep me"]
    assert not Treatment.objects.exists()


def test_a_long_catalogue_is_not_on_the_page_and_offers_what_fits(client, doctor, here, visit):
    for number in range(40):
        MedicationFactory(hospital=here, name=f"Medication {number}")
    MedicationFactory(hospital=here, name="Élixir", generic_name="paracetamol")
    MedicationFactory(name="Elixir of another hospital")
    shown = client.get(new_in(visit)).content.decode()
    assert "Medication 12" not in shown
    url = reverse("records:medication-offers")
    assert f'data-hx-get="{url}"' in shown
    for typed in ("elix", "PARAC", "eli tab"):
        offered = client.get(url, {"medications-0-medication": typed}).content.decode()
        assert re.findall('value="([^"]+)"', offered) == ["Élixir 500 mg Tablet"]
    refused = fill(client, new_in(visit), **{"medications-0-medication": "elix"})
    assert '<option value="Élixir 500 mg Tablet">' in refused.content.decode()


def test_a_retired_entry_is_not_picked(client, doctor, here, visit):
    MedicationFactory(hospital=here, name="Gone", retired_at=clock.now())
    answer = fill(client, new_in(visit), **{"medications-0-medication": "Gone 500 mg Tablet"})
    assert "medication" in answer.context["form"].lists["medications"].forms[0].errors


# ---- rows


@pytest.mark.parametrize(
    ("typed", "number", "error"),
    [
        ({"medications-0-quantity": "0"}, 0, ("quantity", "quantity_positive")),
        ({"medications-0-quantity": "1.2345"}, 0, ("quantity", "quantity_decimals")),
        ({"medications-0-quantity": ""}, 0, ("quantity", "required")),
        ({"medications-1-medication": "Doliprane 500 mg Tablet"}, 1, ("quantity", "listed_twice")),
        ({"medications-1-medication": "", "medications-1-quantity": "4"}, 1, ("medication", "required")),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_stands_at_it(
    client, doctor, visit, catalogue, typed, number, error
):
    url = new_in(visit)
    first = {"procedure": "ECG", "medications-0-medication": "Doliprane 500 mg Tablet"}
    begun = fill(client, url, more="medications", **first)
    assert begun.status_code == 200
    assert "Tablet" in str(
        begun.context["form"].lists["medications"].forms[0]["quantity"].help_text
    )
    answer = send(client, form_on(begun), url, **typed)
    assert answer.status_code == 400
    row = answer.context["form"].lists["medications"].forms[number]
    assert [(name, errors[0].code) for name, errors in row.errors.as_data().items()] == [error]
    assert "<title>Error: " in answer.content.decode()
    assert not Treatment.objects.exists()


def test_edit_shows_the_rows_and_replaces_the_list_as_a_whole(client, doctor, visit, catalogue):
    made = planned(visit)
    treatments.change(
        actor("doctor", visit.hospital), treatment=made,
        medications=[TreatmentMedication(medication=catalogue["500"], quantity=2)],
    )  # fmt: skip
    url = page("edit", made.pk)
    form = form_on(client.get(url))
    assert form["data"]["medications-0-medication"] == ["Doliprane 500 mg Tablet"]
    fill(client, url)
    made.refresh_from_db()
    assert (made.version, used(made)) == (2, ["2 tablet Doliprane 500 mg Tablet"])
    typed = {"medications-0-DELETE": "on", "medications-1-medication": "Doliprane 1000 mg Tablet"}
    assert send(client, form_on(client.get(url)), url, **typed).status_code == 302
    assert used(made) == ["1 tablet Doliprane 1000 mg Tablet"]
    assert "Doliprane 1000 mg Tablet" in text_of(client.get(page("detail", made.pk)))
    stale = send(client, form, url, note="Mine", **{"medications-0-quantity": "9"})
    assert stale.status_code == 412
    assert {row.name for row in stale.context["differences"]} >= {"note", "medications"}


# ---- the acts


def test_it_is_done_by_one_press_and_taken_back(client, doctor, visit):
    made = planned(visit)
    url = page("detail", made.pk)
    done = send(client, form_on(client.get(url), action="/perform/"), page("perform", made.pk))
    assert done["Location"] == url
    made.refresh_from_db()
    assert made.status == "done"
    shown = client.get(url)
    assert not any(shown.context["may"][word] for word in ("perform", "cancel"))
    send(client, form_on(shown, action="/undo/"), page("undo", made.pk))
    made.refresh_from_db()
    assert (made.status, made.done_at) == ("planned", None)


def test_it_was_done_earlier_but_not_before_anybody_was_there(client, doctor, visit):
    made, url = planned(visit), None
    url = page("perform", made.pk)
    for hours, status in ((9, 409), (2, 302)):
        at = (clock.now() - hours * HOUR).astimezone(visit.hospital.zone)
        answer = fill(client, url, at_day=f"{at:%d-%b-%Y}", at_time=f"{at:%H:%M}")
        assert answer.status_code == status
    made.refresh_from_db()
    assert made.done_at == at.replace(second=0, microsecond=0)
    assert client.get(url).status_code == 409


def test_what_was_refused_is_not_done(client, doctor, visit):
    made = planned(visit, consent="refused")
    url = page("detail", made.pk)
    answer = send(client, form_on(client.get(url), action="/perform/"), page("perform", made.pk))
    assert answer.status_code == 409
    made.refresh_from_db()
    assert made.is_planned


def test_it_is_cancelled_for_a_reason(client, doctor, visit):
    made = planned(visit)
    assert fill(client, page("cancel", made.pk)).status_code == 400
    fill(client, page("cancel", made.pk), reason="The patient did not come")
    made.refresh_from_db()
    assert (made.status, made.cancel_reason) == ("cancelled", "The patient did not come")
    assert "The patient did not come" in text_of(client.get(page("detail", made.pk)))


def test_once_it_is_done_notes_alone_are_changed(client, doctor, visit):
    made = planned(visit, status="done", done_at=clock.now())
    assert "procedure" not in form_on(client.get(page("edit", made.pk)))["data"]
    fill(client, page("edit", made.pk), note="Healed well")
    made.refresh_from_db()
    assert (made.note, made.status) == ("Healed well", "done")


def test_one_in_error_leaves_the_list_and_is_brought_back(client, doctor, here, visit):
    made = planned(visit)
    fill(client, page("retire", made.pk), reason="Entered in error")
    assert client.get(page("list", visit.patient_id)).context["lines"] == []
    signed_in(client, "administrator", here)
    [line] = client.get(page("list", visit.patient_id)).context["lines"]
    assert line["is_retired"]
    shown = client.get(page("detail", made.pk))
    send(client, form_on(shown, action="/restore/"), page("restore", made.pk))
    made.refresh_from_db()
    assert not made.is_retired


# ---- looking


def test_what_is_planned_stands_first_and_every_look_is_on_record(client, doctor, visit):
    now = clock.now()
    done = planned(visit, status="done", done_at=now)
    later, soon = (planned(visit, planned_for=now + hours * HOUR) for hours in (9, 1))
    open_ = planned(visit)
    lines = client.get(page("list", visit.patient_id)).context["lines"]
    assert [line["title"] for line in lines] == [
        str(each.procedure) for each in (soon, later, open_, done)
    ]
    pages = [page("list", visit.patient_id), new_in(visit)]
    pages += [page(word, soon.pk) for word in ("detail", "edit", "perform", "cancel", "retire")]
    for address in pages:
        before = AuditEvent.objects.count()
        assert client.get(address).status_code == 200
        event = AuditEvent.objects.latest("id")
        assert AuditEvent.objects.count() == before + 1
        assert event.act.startswith("records.treatment.")


def test_who_reads_the_outer_facts_alone_is_not_told_what_it_is(client, here, visit, catalogue):
    made = planned(visit, procedure=catalogue["ecg"], note="Secret")
    for role in ("administrator", "auditor"):
        signed_in(client, role, here)
        for address in (page("list", visit.patient_id), page("detail", made.pk)):
            shown = client.get(address)
            assert shown.status_code == 200
            assert not {"ECG", "Secret"} & set(text_of(shown).split())
    for role in ("cashier", "receptionist"):
        signed_in(client, role, here)
        assert client.get(page("detail", made.pk)).status_code in {403, 404}
        assert (
            page("list", visit.patient_id)
            not in client.get(
                reverse("records:patient-detail", args=[visit.patient_id])
            ).content.decode()
        )


def test_the_stays_page_has_them_and_the_way_to_plan_one(client, doctor, here):
    stay = InPatientFactory(hospital=here)
    made = planned(stay)
    url = reverse("records:inpatient-detail", args=[stay.pk])
    shown = client.get(url).content.decode()
    assert page("detail", made.pk) in shown
    assert f"{page('create', stay.patient_id)}?encounter={stay.pk}" in shown
    signed_in(client, "administrator", here)
    assert str(made.procedure) not in client.get(url).content.decode()


@pytest.mark.parametrize("which", ["list", "detail", "edit", "stay"])
def test_a_page_costs_the_same_for_few_and_for_many(client, doctor, here, which):
    stay = InPatientFactory(hospital=here)
    made = planned(stay)
    addresses = {
        "list": page("list", stay.patient_id), "detail": page("detail", made.pk),
        "edit": page("edit", made.pk), "stay": reverse("records:inpatient-detail", args=[stay.pk]),
    }  # fmt: skip

    def cost():
        client.get(addresses[which])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(addresses[which]).status_code == 200
        return len(queries)

    def use(number):
        rows = [
            TreatmentMedication(medication=MedicationFactory(hospital=here)) for _ in range(number)
        ]
        treatments.change(
            actor("doctor", here), treatment=Treatment.objects.get(pk=made.pk), medications=rows
        )

    use(2)
    few = cost()
    use(7)
    for _ in range(4):
        planned(stay)
    assert cost() == few
