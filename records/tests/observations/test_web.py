"""Vital signs on the web: recorded in rounds, shown by the moment, amended one by one."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import HospitalFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Observation
from records.tests.encounter_factories import ObservationFactory, OutPatientFactory
from records.tests.factories import PatientFactory
from records.web.vital_rows import MOMENTS

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def here(db):
    return HospitalFactory()


@pytest.fixture
def patient(here):
    return PatientFactory(at=here, birth_date="1970")


@pytest.fixture
def nurse(client, here):
    signed_in(client, "nurse", here)
    return client


def page(name, *args):
    return reverse(f"records:observation-{name}", args=args)


def text_of(answer):
    return answer.content.decode()


def values():
    return {row.name: str(row.value) for row in Observation.objects.order_by("id")}


# ---- a round


def test_a_round_stores_what_was_typed_at_one_moment_and_leaves_the_rest_out(nurse, here, patient):
    visit = OutPatientFactory(hospital=here, patient=patient)
    url = f"{page('create', patient.pk)}?encounter={visit.pk}"

    typed = {"systolic": "128", "diastolic": "82", "temperature": "37,4", "note": "Sitting"}
    done = fill(nurse, url, **typed)

    assert done["Location"] == reverse("records:outpatient-detail", args=[visit.pk])
    assert values() == {
        "Systolic blood pressure": "128", "Diastolic blood pressure": "82", "Body temperature": "37.4",
    }  # fmt: skip
    rows = Observation.objects.all()
    assert len({row.taken_at for row in rows}) == 1
    assert {(row.encounter_id, row.note, row.status) for row in rows} == {
        (visit.pk, "Sitting", "final")
    }
    assert "128/82" in text_of(nurse.get(done["Location"]))


def test_a_double_click_stores_one_round(nurse, patient):
    url = page("create", patient.pk)
    form = form_on(nurse.get(url))
    answers = [send(nurse, form, url, pulse="72") for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [page("list", patient.pk)] * 2
    assert values() == {"Pulse": "72"}


def test_a_round_is_entered_late_and_preliminary(nurse, here, patient):
    taken = (clock.now() - 3 * HOUR).astimezone(here.zone)
    fill(
        nurse, page("create", patient.pk), pulse="72", is_preliminary="on",
        taken_at_day=f"{taken:%d-%b-%Y}", taken_at_time=f"{taken:%H:%M}",
    )  # fmt: skip
    row = Observation.objects.get()
    assert (row.taken_at, row.status) == (taken.replace(second=0, microsecond=0), "preliminary")

    url = page("finalise", row.pk)
    send(nurse, form_on(nurse.get(page("detail", row.pk)), action=url), url)
    row.refresh_from_db()
    assert row.status == "final"
    assert url not in text_of(nurse.get(page("detail", row.pk)))


def test_an_unlikely_value_asks_first_and_nothing_typed_is_lost(nurse, patient):
    url = page("create", patient.pk)
    refused = fill(nurse, url, pulse="720", temperature="37.1", note="Lying")

    shown = text_of(refused)
    assert refused.status_code == 409
    assert "Is this right?" in shown
    assert "20–260 /min" in shown
    assert 'value="720"' in shown
    assert 'value="Lying"' in shown
    assert not Observation.objects.exists()
    # Enter looks again: only the second button accepts.
    assert send(nurse, form_on(refused), url).status_code == 409
    send(nurse, form_on(refused), url, accepts_consequences="yes")
    assert values() == {"Pulse": "720", "Body temperature": "37.1"}


@pytest.mark.parametrize(
    ("typed", "place", "code"),
    [
        ({"pulse": "fast"}, "pulse", "quantity_invalid"),
        ({"weight": "70.1234"}, "weight", "quantity_decimals"),
        ({"pulse": "72", "taken_at_day": "+1", "taken_at_time": "10"}, "taken_at", "time_to_come"),
        ({"pulse": "72", "taken_at_day": "soon"}, "taken_at", "invalid"),
        ({"pulse": "72", "note": "x" * 501}, "note", "max_length"),
        ({}, "__all__", "required"),
    ],
)
def test_what_is_wrong_stands_beside_its_box_and_nothing_is_stored(
    nurse, patient, typed, place, code
):
    answer = fill(nurse, page("create", patient.pk), systolic="128" if typed else "", **typed)
    assert answer.status_code == 400
    assert [error.code for error in answer.context["form"].errors.as_data()[place]] == [code]
    assert not Observation.objects.exists()


# ---- the table and the charts


def pulse_of(patient, here, value, hours, **facts):
    return ObservationFactory(
        hospital=here, patient=patient, value=Decimal(value), taken_at=clock.now() - hours * HOUR,
        **facts,
    )  # fmt: skip


def test_moments_come_newest_first_with_a_word_for_what_is_out_of_range(nurse, here, patient):
    pulse_of(patient, here, 72, 3)
    pulse_of(patient, here, 131, 1, interpretation="HH")
    pulse_of(patient, here, 110, 2, interpretation="H", status="amended")
    answer = nurse.get(page("list", patient.pk))
    cells = [line["cells"][0] for line in answer.context["lines"]]
    assert [cell["text"] for cell in cells] == ["131", "110", "72"]
    assert [len(cell["marks"]) for cell in cells] == [1, 1, 0]
    shown = text_of(answer)
    for word in ("Critically high", "High", "Amended"):
        assert word in shown


def test_a_pressure_is_one_cell_also_when_half_of_it_is_missing(nurse, here, patient):
    taken_at = clock.now() - HOUR
    of = {"hospital": here, "patient": patient, "unit": "mm[Hg]"}
    ObservationFactory(**of, code="8480-6", value=Decimal(128), taken_at=taken_at)
    ObservationFactory(**of, code="8462-4", value=Decimal(82), taken_at=taken_at)
    ObservationFactory(**of, code="8480-6", value=Decimal(130), taken_at=taken_at - HOUR)
    lines = nurse.get(page("list", patient.pk)).context["lines"]
    assert [line["cells"][0]["text"] for line in lines] == ["128/82", "130/–"]


def test_a_chart_says_what_it_shows_and_has_its_figures_as_a_table(nurse, here, patient):
    for hours, value, found in ((3, 72, "N"), (2, 131, "HH"), (1, 84, "N")):
        pulse_of(patient, here, value, hours, interpretation=found)
    answer = nurse.get(f"{page('list', patient.pk)}?chart=pulse")
    [chart] = answer.context["charts"]
    assert "Last measured: 84 /min" in chart["finding"]
    assert "Of 3 values 1 is out of range." in chart["finding"]
    assert [row["text"] for row in chart["rows"]] == ["84", "131", "72"]
    assert len(chart["lines"][0]["marks"]) == 1
    shown = text_of(answer)
    assert "Show as table" in shown
    assert "style=" not in shown.split("<figure")[1].split("</figure>")[0]


def test_the_numbers_of_a_drawing_have_a_point_in_every_language(nurse, here, patient):
    for hours, value in enumerate(("36.8", "38.4", "37.1")):
        pulse_of(patient, here, value, hours)
    [chart] = nurse.get(page("list", patient.pk)).context["charts"]
    with translation.override("de"):
        drawn = render_to_string("records/observations/chart.html", {"chart": chart})
    assert "," not in "".join(re.findall(r' (?:x|y|width|height|cx|cy)="([^"]*)"', drawn))
    assert not re.search(r'd="M[^",]*,[^",]*,[^"]*H', drawn)


@pytest.mark.parametrize(
    "values", [["72"], ["72", "72"], ["0"], ["36.8", "36.9"], ["-5", "1000000"]]
)
def test_a_chart_can_be_drawn_of_any_values(nurse, here, patient, values):
    for hours, value in enumerate(values):
        pulse_of(patient, here, value, hours)
    [chart] = nurse.get(page("list", patient.pk)).context["charts"]
    assert 2 <= len(chart["ticks"]) <= 6
    points = chart["lines"][0]["points"].split()
    for x, y in (map(float, point.split(",")) for point in points):
        assert chart["left"] <= x <= chart["right"]
        assert 10 <= y <= chart["bottom"]


def test_the_table_goes_on_by_the_moment(nurse, here, patient):
    for hours in range(1, 2 * MOMENTS + 1):
        pulse_of(patient, here, hours + 60, hours)
    first = nurse.get(f"{page('list', patient.pk)}?chart=pulse")
    assert len(first.context["lines"]) == MOMENTS
    second = nurse.get(page("list", patient.pk) + first.context["next_url"])
    there = [line["cells"][0]["text"] for line in second.context["lines"]]
    assert there == [str(60 + hours) for hours in range(MOMENTS + 1, 2 * MOMENTS + 1)]
    assert second.context["next_url"] == ""
    assert nurse.get(f"{page('list', patient.pk)}?before=nonsense").status_code == 200


def test_what_is_no_vital_sign_stands_below(nurse, here, patient):
    ObservationFactory(
        hospital=here, patient=patient, code="", code_system="", name="Wound", value=None, unit="",
        value_text="Dry and clean", category="exam",
    )  # fmt: skip
    shown = text_of(nurse.get(page("list", patient.pk)))
    assert "Dry and clean" in shown


# ---- one of them


def test_a_change_is_an_amendment_and_the_history_tells_what_it_was(nurse, here, patient):
    row = pulse_of(patient, here, 72, 1)
    fill(nurse, page("edit", row.pk), value="84")
    row.refresh_from_db()
    assert (row.value, row.status) == (84, "amended")
    shown = text_of(nurse.get(page("detail", row.pk)))
    assert "84 /min" in shown
    assert "<del><bdi>72</bdi></del>" in shown


def test_an_unlikely_amendment_asks_first(nurse, here, patient):
    row = pulse_of(patient, here, 72, 1)
    refused = fill(nurse, page("edit", row.pk), value="720")
    assert refused.status_code == 409
    assert "Is this right?" in text_of(refused)
    send(nurse, form_on(refused), page("edit", row.pk), accepts_consequences="yes")
    row.refresh_from_db()
    assert row.value == 720


def test_the_page_names_what_was_taken_together(nurse, here, patient):
    row = pulse_of(patient, here, 72, 1)
    ObservationFactory(
        hospital=here, patient=patient, code="8310-5", name="x", unit="Cel", value=Decimal("37.1"),
        taken_at=row.taken_at,
    )  # fmt: skip
    assert "37.1 °C" in text_of(nurse.get(page("detail", row.pk)))


def test_in_error_and_back(client, nurse, here, patient):
    row = pulse_of(patient, here, 72, 1)
    fill(nurse, page("retire", row.pk), reason="Wrong patient")
    assert "No vital signs are recorded." in text_of(nurse.get(page("list", patient.pk)))
    signed_in(client, "administrator", here)
    [line] = client.get(page("list", patient.pk)).context["lines"]
    assert line["is_retired"]
    url = page("restore", row.pk)
    send(client, form_on(client.get(page("detail", row.pk)), action=url), url)
    row.refresh_from_db()
    assert not row.is_retired


def test_who_reads_the_outer_facts_alone_is_not_told_what_it_says(client, here, patient):
    row = pulse_of(patient, here, 7291, 1, note="Zymosis")
    for role in ("administrator", "auditor"):
        signed_in(client, role, here)
        for address in (page("list", patient.pk), page("detail", row.pk)):
            answer = client.get(address)
            if answer.status_code == 200:
                assert "7291" not in text_of(answer)
                assert "Zymosis" not in text_of(answer)
    signed_in(client, "receptionist", here)
    assert client.get(page("list", patient.pk)).status_code == 403


def test_every_look_names_the_patient_in_the_audit(nurse, here, patient):
    row = pulse_of(patient, here, 72, 1)
    for name, pk, word in (
        ("list", patient.pk, "list"), ("create", patient.pk, "read"),
        ("detail", row.pk, "read"), ("edit", row.pk, "read"),
    ):  # fmt: skip
        before = AuditEvent.objects.count()
        nurse.get(page(name, pk))
        event = AuditEvent.objects.latest("id")
        assert (event.act, event.patient_id) == (f"records.observation.{word}", patient.pk)
        assert AuditEvent.objects.count() == before + 1
