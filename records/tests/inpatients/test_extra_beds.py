"""Extra beds and cots: put up on the spot, with or without a patient, and taken away again; on every door."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hospital.kit import clock, facts
from hospital.kit.errors import Denied, RuleError, problem_of
from hospital.models import AuditEvent, Bed
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, actor, api, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import BedPeriod, InPatient
from records.services import bed_board, bed_keeping, bed_places, inpatients
from records.tests.encounter_factories import BedPeriodFactory, InPatientFactory
from records.tests.factories import PatientFactory

from .ground import HOUR, code_of, discharge, states
from .program import BEDS, Program, ago, codes_of, status_and_code

pytestmark = pytest.mark.django_db
BOARD = reverse("records:inpatient-board")


@pytest.fixture
def put_up(nurse, ward):
    return lambda kind="bed", **facts: bed_keeping.put_up(nurse, ward=ward, kind=kind, **facts)


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def newcomer(here):
    return lambda **facts: InPatient(hospital=here, patient=PatientFactory(at=here), **facts)


def lies_in(stay):
    return bed_places.current(InPatient.objects.get(pk=stay.pk)).bed


def page(name, *args):
    return reverse(f"records:inpatient-{name}", args=args)


def text_of(answer):
    return " ".join(answer.content.decode().split())


# ---- the rules


@pytest.mark.parametrize("kind", ["bed", "cot"])
def test_who_comes_to_a_full_ward_gets_an_extra_bed_in_the_same_act(nurse, ward, newcomer, kind):
    InPatientFactory(bed=BedFactory(ward=ward, hospital=ward.hospital))

    stay = inpatients.admit(nurse, stay=newcomer(), ward=ward, extra=kind)

    bed = lies_in(stay)
    assert (bed.ward, bed.kind, bed.label, bed.is_extra) == (ward, kind, "X1", True)
    assert states(nurse) == ["occupied", "occupied"]
    assert AuditEvent.objects.filter(resource="hospital.bed", object_id=bed.pk).count() == 1
    assert bed.history.get().history_change_reason == "records.inpatient.create"


def test_who_was_planned_and_who_waits_gets_one_too(admit, nurse, ward, here):
    waits = admit(at=clock.now() - HOUR)
    planned = InPatientFactory(hospital=here, status="planned")

    inpatients.transfer(nurse, stay=waits, ward=ward, extra="bed")
    inpatients.admit_planned(
        nurse, stay=InPatient.objects.get(pk=planned.pk), ward=ward, extra="cot"
    )

    assert [str(lies_in(stay)) for stay in (waits, planned)] == ["Bed X1 (extra)", "Cot X2 (extra)"]


def test_an_extra_bed_is_named_by_the_first_number_that_is_free_in_its_ward(put_up, nurse, ward):
    BedFactory(ward=ward, hospital=ward.hospital, label="X2")
    BedFactory(ward=WardFactory(hospital=ward.hospital), hospital=ward.hospital, label="X1")

    one, three = put_up(), put_up()
    assert [one.label, three.label] == ["X1", "X3"]
    bed_keeping.take_away(nurse, bed=one)
    again = put_up()

    # It is another bed: what was known of the first one stays with it.
    assert (again.label, again.pk == one.pk) == ("X1", False)


@pytest.mark.parametrize(
    ("has_bed", "has_ward", "extra", "name", "code"),
    [
        (True, True, "bed", "extra", "extra_bed_place"),
        (False, False, "bed", "extra", "extra_bed_place"),
        (False, True, "sofa", "extra", "invalid_choice"),
    ],
)
def test_an_extra_bed_stands_in_a_ward_and_is_no_other_bed(
    nurse, ward, newcomer, has_bed, has_ward, extra, name, code
):
    bed = BedFactory(ward=ward, hospital=ward.hospital)
    where = {"ward": ward if has_ward else None, "bed": bed if has_bed else None}

    with pytest.raises(ValidationError) as refused:
        inpatients.admit(nurse, stay=newcomer(), extra=extra, **where)

    assert refused.value.error_dict[name][0].code == code
    assert Bed.objects.get() == bed


def test_no_extra_bed_is_put_up_in_a_ward_that_is_given_up(nurse, ward, newcomer):
    facts.retire(actor("administrator", ward.hospital), ward, reason="Closed")

    with pytest.raises(ValidationError) as refused:
        inpatients.admit(nurse, stay=newcomer(), ward=ward, extra="bed")

    assert refused.value.error_dict["ward"][0].code == "retired_choice"


def test_a_refused_admission_leaves_no_bed_behind(admit, nurse, ward, here):
    lain = admit()
    stay = InPatient(hospital=here, patient=lain.patient)

    with pytest.raises(ValidationError) as refused:
        inpatients.admit(nurse, stay=stay, ward=ward, extra="bed")

    assert problem_of(refused.value).code == "stay_open"
    assert not Bed.objects.exists()


def test_an_extra_bed_is_not_for_isolation_unless_somebody_says_why(nurse, ward, newcomer):
    with pytest.raises(RuleError) as refused:
        inpatients.admit(nurse, stay=newcomer(needs_isolation=True), ward=ward, extra="bed")
    assert code_of(refused) == "bed_unsuitable"
    assert not Bed.objects.exists()

    stay = newcomer(needs_isolation=True)
    inpatients.admit(nurse, stay=stay, ward=ward, extra="bed", reason="Alone in the day room")
    assert lies_in(stay).label == "X1"


def test_a_doctor_takes_patients_in_and_leaves_the_beds_to_others(here, ward, newcomer):
    doctor = actor("doctor", here)

    with pytest.raises(Denied) as refused:
        inpatients.admit(doctor, stay=newcomer(), ward=ward, extra="bed")

    assert refused.value.permission == "records.bedperiod.put_up"
    assert not Bed.objects.exists()
    assert inpatients.admit(doctor, stay=newcomer(), ward=ward).status == "in_progress"


def test_an_admission_entered_late_is_on_the_board_of_that_time_with_its_bed(nurse, ward, newcomer):
    then = clock.now() - 2 * HOUR
    inpatients.admit(nurse, stay=newcomer(), ward=ward, extra="bed", at=then)

    def shown(at):
        return [place.bed.label for board in bed_board.at(nurse, at) for place in board.places]

    assert (shown(then - HOUR), shown(then + HOUR)) == ([], ["X1"])
    [row] = bed_board.census(nurse, [then + HOUR])[ward.pk]
    assert row == {"occupied": 1, "waiting": 0, "on_leave": 0}


def test_a_bed_that_was_left_is_taken_away_clean_or_not_and_the_past_keeps_it(
    nurse, ward, newcomer
):
    stay = newcomer()
    inpatients.admit(nurse, stay=stay, ward=ward, extra="bed", at=clock.now() - 2 * HOUR)
    bed = lies_in(stay)
    discharge(stay, ward.hospital, at=clock.now() - HOUR)
    assert states(nurse) == ["cleaning"]

    bed_keeping.take_away(nurse, bed=bed)

    assert states(nurse) == []
    [then] = bed_board.at(nurse, clock.now() - dt.timedelta(minutes=90))
    assert [place.bed for place in then.places] == [bed]
    assert not BedPeriod.objects.filter(bed=bed, ends_at=None).exists()
    assert AuditEvent.objects.filter(act="records.bedperiod.take_away", object_id=bed.pk).exists()


@pytest.mark.parametrize("kind", ["occupied", "reserved", "closed"])
def test_a_bed_that_is_used_kept_or_closed_stays(put_up, nurse, kind):
    bed = put_up()
    ends = clock.now() + HOUR if kind == "reserved" else None
    stay = InPatientFactory(bed=bed) if kind == "occupied" else None
    if stay is None:
        BedPeriodFactory(bed=bed, kind=kind, starts_at=clock.now() - HOUR, ends_at=ends)

    with pytest.raises(RuleError) as refused:
        bed_keeping.take_away(nurse, bed=bed)

    assert code_of(refused) == "bed_taken"
    assert not Bed.objects.get(pk=bed.pk).is_retired
    assert [link.id for link in refused.value.links] == ([stay.pk] if stay else [])


def test_a_bed_that_is_there_for_good_is_not_taken_away(nurse, ward):
    bed = BedFactory(ward=ward, hospital=ward.hospital)

    with pytest.raises(RuleError) as refused:
        bed_keeping.take_away(nurse, bed=bed)

    assert code_of(refused) == "not_extra"
    assert not Bed.objects.get(pk=bed.pk).is_retired


def test_what_is_taken_away_is_not_taken_away_again(put_up, nurse):
    bed = put_up()
    bed_keeping.take_away(nurse, bed=Bed.objects.get(pk=bed.pk))

    with pytest.raises(RuleError) as refused:
        bed_keeping.take_away(nurse, bed=bed)

    assert code_of(refused) == "retired"


# ---- the web


@pytest.fixture
def desk(client, here):
    signed_in(client, "nurse", here)
    return client


@pytest.mark.parametrize(("word", "kind"), [("extra-bed", "bed"), ("extra-cot", "cot")])
def test_a_form_that_gives_a_bed_offers_an_extra_one_in_every_ward(desk, here, ward, word, kind):
    patient = PatientFactory(at=here)
    url = page("create", patient.pk)
    assert f"An extra {kind} in {ward}" in text_of(desk.get(url))

    done = fill(desk, url, place=f"{word}:{ward.pk}", how="admit")

    stay = InPatient.objects.get()
    assert done["Location"] == page("detail", stay.pk)
    assert lies_in(stay).kind == kind


def test_a_transfer_goes_into_an_extra_bed_and_a_double_click_puts_one_up(desk, ward):
    stay = InPatientFactory(ward=ward, starts_at=clock.now() - HOUR)
    url = page("transfer", stay.pk)
    form = form_on(desk.get(url))

    for _ in range(2):
        send(desk, form, url, place=f"extra-bed:{ward.pk}")

    assert lies_in(stay) == Bed.objects.get()


@pytest.mark.parametrize(
    ("facts", "asked", "first"),
    [({}, {}, "bed"), ({"is_new": True}, {}, "cot"), ({}, {"source": "born"}, "cot")],
)
def test_of_a_newborn_the_cots_stand_first(desk, here, ward, facts, asked, first):
    born = {"birth_date": clock.today().isoformat()} if facts else {}
    url = page("create", PatientFactory(at=here, **born).pk)

    shown = fill(desk, url, how="admit", **asked)

    values = [value for _label, group in shown.context["form"].fields["place"].choices[1:]
              for value, _words in group]  # fmt: skip
    words = [value.partition(":")[0] for value in values]
    assert words[0] == f"extra-{first}"
    assert sorted(words) == ["extra-bed", "extra-cot", "ward"]


def test_another_hospitals_ward_takes_no_extra_bed(desk, here):
    there = WardFactory()
    url = page("create", PatientFactory(at=here).pk)
    WardFactory(hospital=here)

    refused = fill(desk, url, place=f"extra-bed:{there.pk}", how="admit")

    assert refused.status_code == 400
    assert not Bed.objects.exists()


def test_the_board_puts_a_cot_up_and_takes_it_away(desk, ward):
    url = reverse("records:bedperiod-put-up", args=[ward.pk])
    assert url in text_of(desk.get(BOARD))
    assert form_on(desk.get(url))["data"]["kind"] == ["bed"]

    done = fill(desk, url, kind="cot")

    bed = Bed.objects.get()
    assert done["Location"] == f"{BOARD}?ward={ward.pk}"
    shown = desk.get(done["Location"])
    assert (bed.kind, bed.is_extra) == ("cot", True)
    assert "Anybody · Extra" in text_of(shown)
    away = reverse("records:bedperiod-take-away", args=[bed.pk])
    gone = send(desk, form_on(shown, action=away), away)
    assert gone["Location"] == f"{BOARD}?ward={ward.pk}"
    assert Bed.objects.get(pk=bed.pk).is_retired
    assert away not in text_of(desk.get(BOARD))


@pytest.mark.parametrize("kind", [None, "cleaning", "closed"])
def test_an_extra_bed_goes_from_its_own_page_clean_or_not(desk, here, ward, kind):
    bed = BedFactory(ward=ward, hospital=here, is_extra=True)
    if kind:
        BedPeriodFactory(bed=bed, kind=kind, starts_at=clock.now() - HOUR)
    shown = desk.get(reverse("records:bedperiod-close", args=[bed.pk]))
    away = reverse("records:bedperiod-take-away", args=[bed.pk])
    assert (away in text_of(shown)) == (kind != "closed")

    if kind != "closed":
        send(desk, form_on(shown, action=away), away)
        assert Bed.objects.get(pk=bed.pk).is_retired


def test_only_an_empty_extra_bed_has_the_button_and_only_for_who_may(client, here, ward):
    extra = BedFactory(ward=ward, hospital=here, is_extra=True)
    plain = BedFactory(ward=ward, hospital=here)
    urls = [reverse("records:bedperiod-take-away", args=[bed.pk]) for bed in (extra, plain)]

    signed_in(client, "receptionist", here)
    assert [url in text_of(client.get(BOARD)) for url in urls] == [True, False]
    signed_in(client, "doctor", here)
    assert urls[0] not in text_of(client.get(BOARD))
    assert "Extra bed…" not in text_of(client.get(BOARD))
    url = page("create", PatientFactory(at=here).pk)
    assert "An extra bed in" not in text_of(client.get(url))


# ---- the API


def test_a_program_admits_into_an_extra_bed_and_moves_on_into_another(program):
    made = program.post(extra="cot")
    assert made.status_code == 201, made.content
    bed = program.client.get(f"{BEDS}/{made.json()['bed_id']}").json()
    assert (bed["label"], bed["kind"], bed["is_extra"]) == ("X1", "cot", True)
    row = program.admitted(at=ago(hours=1))
    moved = program.act(row, "transfer", {"ward_id": str(program.ward.pk), "extra": "bed"})
    assert (moved.status_code, moved.json()["ward_id"]) == (200, str(program.ward.pk))
    assert Bed.objects.get(pk=moved.json()["bed_id"]).label == "X2"


def test_what_is_wrong_with_an_extra_bed_is_named(program):
    bed = program.bed()
    assert codes_of(program.post(bed, extra="bed"), "extra") == ["extra_bed_place"]
    assert codes_of(program.post(extra="sofa"), "extra") == ["invalid_choice"]
    lonely = program.post(extra="bed", ward_id=None)
    assert codes_of(lonely, "extra") == ["extra_bed_place"]
    isolated = program.post(extra="bed", needs_isolation=True)
    assert status_and_code(isolated) == (409, "bed_unsuitable")
    # It was not put up, so it has no id.
    assert isolated.json()["bed_id"] is None
    assert [each["bed_id"] for each in isolated.json()["free_beds"]] == [str(bed.pk)]
    assert Bed.objects.get() == bed


def test_a_program_puts_a_bed_up_once_and_takes_it_away(program):
    url, key = f"/api/v1/wards/{program.ward.pk}/extra-beds", {"Idempotency-Key": "x-1"}
    first, second = (program.client.post(url, {"kind": "cot"}, headers=key) for _ in range(2))
    bed = Bed.objects.get()
    assert (first.status_code, first["Location"]) == (201, f"{BEDS}/{bed.pk}")
    assert first.json() == second.json() == {
        "bed_id": str(bed.pk), "ward_id": str(program.ward.pk), "label": "X1", "kind": "cot",
    }  # fmt: skip
    assert second["Idempotent-Replay"] == "true"
    taken = program.bed_act(bed, "take-away")
    assert (taken.status_code, taken.json()) == (200, first.json())
    assert program.client.get(f"{BEDS}/{bed.pk}").status_code == 404
    assert program.board()["wards"][0]["beds"] == []
    assert status_and_code(program.bed_act(program.bed(), "take-away")) == (409, "not_extra")


@pytest.mark.parametrize("slash", ["", "/"])
def test_acts_on_extra_beds_hide_another_hospitals_and_name_the_missing_permission(program, slash):
    theirs = Program(HospitalFactory())
    for place, word, mine, other in (
        ("wards", "extra-beds", program.ward, theirs.ward),
        ("beds", "take-away", program.bed(is_extra=True), theirs.bed(is_extra=True)),
    ):
        for pk in (other.pk, "x"):
            assert program.client.post(f"/api/v1/{place}/{pk}/{word}{slash}", {}).status_code == 404
        url = f"/api/v1/{place}/{mine.pk}/{word}{slash}"
        refused = api("doctor", program.here).post(url, {})
        assert status_and_code(refused) == (403, "forbidden")
    assert not Bed.objects.filter(label="X1").exists()


def test_nobody_says_of_a_bed_that_it_is_extra(program):
    bed = program.bed()
    sent = {"version": 1, "is_extra": True}
    answer = program.client.patch(f"{BEDS}/{bed.pk}", sent)
    assert codes_of(answer, "is_extra") == ["read_only"]
