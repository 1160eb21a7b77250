"""The pages of staff."""

import re
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.kit.errors import errors_of
from hospital.models import AuditEvent, Invitation, Membership, User
from hospital.models.tokens import digest_of
from hospital.tests.exports.files import content_of, rows_of
from hospital.tests.factories import (
    PASSWORD,
    HospitalFactory,
    MembershipFactory,
    UserFactory,
    api,
    employ,
    signed_in,
)
from hospital.tests.filling import fill, form_on, lasting, send

pytestmark = pytest.mark.django_db
LIST, NEW = "/staff/", "/staff/new/"
KEY = re.compile(r"/invitation/\?key=([\w-]+)")


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def admin(client, place):
    client.user = signed_in(client, "administrator", place, full_name="Ada Admin")
    return client


def at(user, page="detail"):
    return reverse(f"hospital:user-{page}", args=[user.pk])


def key_in(answer):
    """The key of the link that this page shows."""
    return KEY.search(answer.content.decode())[1]


def codes(answer, name):
    errors = errors_of(ValidationError(answer.context["form"].errors.as_data()))
    return [code for code, sentence in errors.get(name, [])]


def names(answer):
    return [row.record.full_name for row in answer.context["listing"].rows]


def is_out(answer):
    """Whether the browser was led to the sign-in page, with a notice there."""
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


# ---- the list


def test_who_works_here_is_listed_with_roles_last_day_and_second_factor(admin, place):
    nurse = employ("nurse receptionist", place, full_name="Elif Kaya")
    nurse.memberships.update(valid_to="2031-05-01")
    Authenticator.objects.create(user=nurse, type="totp", data={})
    employ("integrator", place, kind="client", full_name="A program")
    employ("doctor", HospitalFactory(), user=nurse)
    employ("nurse", HospitalFactory(), full_name="A stranger")
    page = admin.get(LIST)
    assert names(page) == ["Ada Admin", "Elif Kaya"]
    elif_ = page.context["people"][1]
    assert (elif_["roles"], str(elif_["last_day"])) == ("Nurse, Receptionist", "2031-05-01")
    assert [person["row"].record.has_factor for person in page.context["people"]] == [False, True]
    assert [person["badge"]["label"] for person in page.context["people"]] == ["Yes", "Yes"]


def test_staff_are_told_apart_by_role_and_by_whether_they_work_here(admin, place):
    employ("nurse", place, full_name="Nora Nurse")
    left = employ("nurse", place, full_name="Lea Left")
    left.memberships.update(valid_from="2020-01-01", valid_to="2020-02-01")
    gone = employ("cashier", place, full_name="Gus Gone")
    gone.memberships.update(retired_at=clock.now())
    employ("nurse", place, full_name="Dis Abled", is_active=False)
    starts = employ("doctor", place, full_name="Soon Starting")
    starts.memberships.update(valid_from="2040-01-01")
    assert names(admin.get(LIST)) == ["Ada Admin", "Nora Nurse", "Soon Starting"]
    assert names(admin.get(LIST, {"role": "nurse"})) == ["Nora Nurse"]
    assert names(admin.get(LIST, {"state": "left"})) == ["Gus Gone", "Lea Left"]
    assert names(admin.get(LIST, {"state": "left", "role": "nurse"})) == ["Lea Left"]
    assert names(admin.get(LIST, {"state": "disabled"})) == ["Dis Abled"]
    assert len(names(admin.get(LIST, {"state": "all"}))) == 6
    assert names(admin.get(LIST, {"order": "-full_name"}))[0] == "Soon Starting"


def test_staff_are_found_by_parts_of_their_name_and_each_filter_can_be_removed(admin, place):
    employ("nurse", place, full_name="Elif Kaya", username="ekaya")
    page = admin.get(LIST, {"full_name": "kaya eli", "role": "nurse"})
    assert names(page) == ["Elif Kaya"]
    assert [chip["label"] for chip in page.context["listing"].chips] == [
        "Name: kaya eli", "Role: Nurse",
    ]  # fmt: skip
    assert names(admin.get(LIST, {"full_name": "ekaya"})) == ["Elif Kaya"]
    assert "Nobody fits" in admin.get(LIST, {"full_name": "%"}).content.decode()


def test_the_file_of_the_list_is_the_list_as_it_is_filtered(admin, place):
    nurse = employ("nurse", place, full_name="Elif Kaya", username="elif")
    nurse.memberships.update(valid_to="2031-05-01")
    employ("nurse", HospitalFactory(), full_name="A stranger")
    page = admin.get(LIST, {"role": "nurse"})
    answer = send(admin, form_on(page, action="/export/"), LIST, format="csv")
    heads, *rows = rows_of(content_of(answer), "csv")
    assert heads == [
        "Full name",
        "Username",
        "Email",
        "Roles",
        "Last day",
        "May sign in",
        "Second factor",
    ]
    assert rows == [["Elif Kaya", "elif", "", "Nurse", "2031-05-01", "Yes", "no"]]
    assert AuditEvent.objects.filter(act="hospital.user.export", outcome="ok").exists()


def test_to_htmx_the_list_is_its_region_alone(admin):
    page = admin.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "Ada Admin" in page
    assert "<main" not in page


def test_the_list_costs_the_same_for_3_and_for_30(admin, place, django_assert_num_queries):
    for _ in range(2):
        employ("nurse", place)
    admin.get(LIST)
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST)
    for _ in range(27):
        employ("nurse receptionist", place)
    with django_assert_num_queries(len(few)):
        assert len(admin.get(LIST).context["people"]) == 30


def test_the_operator_sees_the_administrators_and_where_they_are(client, place):
    employ("administrator", place, full_name="Ada Admin")
    employ("nurse", place)
    signed_in(client, "operator")
    page = client.get(LIST)
    assert names(page) == ["Ada Admin"]
    assert page.context["people"][0]["roles"] == f"Administrator · {place}"


# ---- one person


def test_one_person_shows_account_roles_sessions_and_what_happened(admin, place):
    nurse = employ("nurse", place, full_name="Elif Kaya", username="elif")
    Client().post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    fill(admin, at(nurse, "edit"), full_name="Elif Demir")
    page = admin.get(at(nurse))
    assert [row["row"].role for row in page.context["roles"]] == ["nurse"]
    assert len(page.context["open_sessions"]) == 1
    change = page.context["entries"][0]
    assert change["who"] == "Ada Admin"
    assert change["changes"][0] | {"label": ""} == {
        "label": "", "old": "Elif Kaya", "new": "Elif Demir",
    }  # fmt: skip


def test_the_history_tells_the_acts_in_words(admin):
    fill(admin, NEW, username="elif", full_name="Elif Kaya", role="nurse")
    user = User.objects.get(username="elif")
    fill(
        admin,
        reverse("hospital:membership-retire", args=[user.memberships.get().pk]),
        reason="Given by mistake",
    )
    fill(admin, f"/staff/roles/new/?user={user.pk}", role="doctor")
    told = [entry["what"] for entry in admin.get(at(user)).context["entries"]]
    assert told == [
        "gave a role",
        "took a role away",
        "made an invitation",
        "gave a role",
        "made the account",
    ]


def test_where_else_somebody_works_is_not_told(admin, place):
    nurse = employ("nurse", place)
    role = MembershipFactory(user=nurse, role="doctor", hospital=HospitalFactory(name="Elsewhere"))
    role.valid_to = clock.today()
    role.save()
    page = admin.get(at(nurse)).content.decode()
    assert "Nurse" in page
    assert not {"Elsewhere", "Doctor"} & set(re.findall(r"\w+", page))


def test_when_a_session_was_last_used_is_told(admin, place):
    employ("nurse", place, username="elif")
    other = Client()
    other.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    other.get("/")
    page = admin.get(at(User.objects.get(username="elif")))
    assert page.context["open_sessions"][0]["seen"]


def test_another_hospitals_person_is_as_if_they_never_were(admin):
    stranger, nobody = employ("nurse", HospitalFactory()), User()
    for page in ("detail", "edit", "disable", "enable", "invite", "sessions"):
        theirs, never = admin.get(at(stranger, page)), admin.get(at(nobody, page))
        assert theirs.status_code == never.status_code == 404
        assert lasting(theirs) == lasting(never)


def test_an_administrator_changes_neither_the_own_account_nor_another_administrators(admin, place):
    other = employ("administrator", place)
    both = employ("nurse", place)
    employ("nurse", HospitalFactory(), user=both)
    for user in (admin.user, other, both):
        assert admin.get(at(user)).context["acts"] == []
        for page in ("disable", "enable", "invite", "sessions"):
            assert admin.get(at(user, page)).status_code == 403
            assert admin.post(at(user, page), {}).status_code == 403
    assert User.objects.filter(is_active=False).count() == 0
    assert admin.get(at(admin.user, "edit"))["Location"] == "/account/"


@pytest.mark.parametrize("role", ["receptionist", "doctor", "nurse", "cashier"])
def test_everybody_else_is_led_to_the_own_account_and_sees_nobody(client, place, role):
    user = signed_in(client, role, place)
    assert client.get(at(user))["Location"] == "/account/"
    assert client.get(at(employ("nurse", place))).status_code == 404
    assert client.get(LIST).status_code == client.get(NEW).status_code == 403


def test_an_auditor_looks_and_changes_nothing(client, place):
    signed_in(client, "auditor", place)
    nurse = employ("nurse", place)
    page = client.get(at(nurse))
    assert (page.context["acts"], page.context["roles"][0]["may_take"]) == ([], False)
    assert client.post(at(nurse, "disable"), {}).status_code == 403
    assert "/staff/new/" not in client.get(LIST).content.decode()


# ---- inviting


def test_somebody_is_invited_with_the_first_role_and_its_dates(admin, place):
    answer = fill(
        admin, NEW, username="elif", full_name="Elif Kaya", email="", role="nurse",
        valid_from="2030-01-01", valid_to="2030-12-31",
    )  # fmt: skip
    user = User.objects.get(username="elif")
    assert digest_of(key_in(answer)) == user.invitation.digest
    assert not user.has_usable_password()
    role = user.memberships.get()
    assert (role.hospital, role.role) == (place, "nurse")
    assert (str(role.valid_from), str(role.valid_to)) == ("2030-01-01", "2030-12-31")
    acts = AuditEvent.objects.filter(outcome="ok", door="web").values_list("act", flat=True)
    assert set(acts) - {"hospital.session.start"} == {
        "hospital.user.create", "hospital.membership.create", "hospital.invitation.issue",
    }  # fmt: skip


def test_sent_again_it_makes_nobody_and_shows_no_link(admin):
    form = form_on(admin.get(NEW), having="username")
    typed = {"username": "elif", "full_name": "Elif", "role": "nurse"}
    key = key_in(send(admin, form, NEW, **typed))
    again = send(admin, form, NEW, **typed)
    user = User.objects.get(username="elif")
    assert again["Location"] == at(user)
    assert key not in admin.get(at(user)).content.decode()
    assert "Invited" in admin.get(at(user)).content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"username": ""}, "username", "required"),
        ({"role": ""}, "role", "required"),
        ({"role": "administrator"}, "role", "invalid_choice"),
        ({"username": "TAKEN"}, "username", "username_taken"),
        ({"valid_from": "2030-02-01", "valid_to": "2030-01-01"}, "valid_to", "membership_dates"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nobody_is_made(admin, typed, field, code):
    UserFactory(username="taken")
    before = User.objects.count(), Membership.objects.count()
    answer = fill(admin, NEW, **{"username": "elif", "full_name": "E", "role": "nurse"} | typed)
    assert answer.status_code == 400
    assert codes(answer, field) == [code]
    assert (User.objects.count(), Membership.objects.count()) == before
    assert not Invitation.objects.exists()


def test_the_operator_invites_the_first_administrator_of_a_hospital(client, place):
    signed_in(client, "operator")
    typed = {"username": "elif", "full_name": "Elif", "role": "administrator"}
    assert fill(client, NEW, **typed).status_code == 400
    key_in(fill(client, NEW, hospital=str(place.pk), **typed))
    assert Membership.objects.get(user__username="elif").hospital == place


def test_every_act_asks_for_a_password_shown_just_now(client, place):
    client.force_login(employ("administrator", place))
    nurse = employ("nurse", place)
    acts = [at(nurse, name) for name in ("edit", "invite", "sessions", "disable", "enable")]
    for url in (NEW, *acts):
        assert unquote(client.get(url)["Location"]) == f"/accounts/reauthenticate/?next={url}"
    for url in acts[1:]:
        answer = client.post(url, {"version": "1"})
        assert (answer.status_code, "still_you-password" in answer.content.decode()) == (403, True)
    nurse.refresh_from_db()
    assert (nurse.is_active, nurse.check_password(PASSWORD)) == (True, True)


# ---- out with the next click


def test_a_disabled_receptionist_and_her_script_stop_at_the_next_click(admin, place):
    """Acceptance: she is disabled at 10:00; her open tab, a region of it and a script all stop."""
    tab = Client()
    her = signed_in(tab, "receptionist", place)
    script = api("integrator", place)
    form = form_on(tab.get("/patients/register/"), having="family_name")
    assert script.get("/api/v1/wards").status_code == 200
    for user in (her, script.user):
        fill(admin, at(user, "disable"))
    assert is_out(send(tab, form, "/patients/register/", family_name="Silva", sex="female"))
    region = tab.get("/patients/", headers={"HX-Request": "true"})
    assert region["HX-Redirect"].startswith("/accounts/login/")
    assert region.content == b""
    assert is_out(tab.get("/admin/")) or "/login/" in tab.get("/admin/")["Location"]
    assert script.get("/api/v1/wards").status_code == 401
    assert "You have been signed out" in tab.get(region["HX-Redirect"]).content.decode()
    assert "You have been signed out" not in tab.get("/accounts/login/").content.decode()


def test_let_in_again_the_old_session_stays_dead_and_the_password_works(admin, place):
    employ("nurse", place, username="elif")
    tab = Client()
    tab.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    nurse = User.objects.get(username="elif")
    fill(admin, at(nurse, "disable"))
    fill(admin, at(nurse, "enable"))
    assert is_out(tab.get("/"))
    tab.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    assert tab.get("/").status_code == 200


def test_signed_out_everywhere_by_an_administrator(admin, place):
    employ("nurse", place, username="elif")
    tab = Client()
    tab.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    fill(admin, at(User.objects.get(username="elif"), "sessions"))
    assert is_out(tab.get("/"))
    assert AuditEvent.objects.get(act="hospital.session.end").user_id == admin.user.pk


def test_a_stale_page_disables_nobody(admin, place):
    nurse = employ("nurse", place)
    form = form_on(admin.get(at(nurse, "disable")), having="version")
    fill(admin, at(nurse, "edit"), full_name="Somebody Else")
    assert send(admin, form, at(nurse, "disable")).status_code == 412
    nurse.refresh_from_db()
    assert nurse.is_active


def test_the_last_administrator_is_not_disabled(client, place):
    head = employ("administrator", place)
    signed_in(client, "operator")
    assert fill(client, at(head, "disable")).status_code == 409
    admin_page = reverse("admin:hospital_user_change", args=[head.pk])
    assert fill(client, admin_page, having="username", is_active=None).status_code == 409
    head.refresh_from_db()
    assert head.is_active
    MembershipFactory(hospital=place, role="administrator")
    assert fill(client, at(head, "disable"))["Location"] == at(head)
