"""What every entry of a chart keeps on every door: EntityTests, with the patient it belongs to.

    class TestAllergies(EntryTests):
        factory = AllergyFactory
        topic = "allergies"
        secret = ("reaction", "Hives all over")
        …

``secret`` is a field and a text in it that only clinicians read.
"""

from typing import Any, ClassVar

import pytest
from django.urls import reverse

from hospital.kit import facts as acts
from hospital.kit.errors import NotVisible
from hospital.models import AuditEvent
from hospital.tests.entity import EntityTests
from hospital.tests.factories import HospitalFactory, actor, api, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Registration
from records.tests.factories import PatientFactory, register


class EntryTests(EntityTests):
    """Inherit and fill in; see the module's text."""

    writer = "nurse"
    restorers = ("administrator", "administrator")
    reader = "auditor"
    secret: ClassVar[tuple[str, str]]

    @pytest.fixture(autouse=True)
    def _patient(self, _place: None) -> None:
        self.patient = PatientFactory(at=self.here)

    def facts(self, hospital: Any) -> dict[str, Any]:
        return {"patient": self.patient, **self.said()}

    def said(self) -> dict[str, Any]:
        """What a valid new entry says."""
        raise NotImplementedError

    def _page(self, name: str, record: Any = None) -> str:
        if name in {"list", "create"}:
            return self._below(self.patient, name)
        return super()._page(name, record)

    def _below(self, patient: Any, name: str) -> str:
        return reverse(f"{self.resource.replace('.', ':')}-{name}", args=[patient.pk])

    def _typed(self, values: dict[str, Any]) -> dict[str, Any]:
        """As a browser sends it: a date is typed into its first box."""
        boxes = {name: f"{name}_day" for name in self.model.PAST_DATES}
        return {boxes.get(name, name): value for name, value in super()._typed(values).items()}

    def _made(self, number: int = 1, **facts: Any) -> list[Any]:
        return self.factory.create_batch(number, hospital=self.here, patient=self.patient, **facts)

    def _listed(self, page: Any) -> list[Any]:
        return page.context["lines"]

    def _admin(self, page: str, *args: Any) -> str:
        return reverse(f"admin:records_{self.model._meta.model_name}_{page}", args=args)

    # ---- instead of what a record of one hospital keeps

    def test_it_is_listed_added_and_changed_in_the_administration(self, client: Any) -> None:
        """Listed and brought back, but never read there."""
        name, text = self.secret
        [record] = self._made(retired_reason="Wrong patient", **{name: text})
        signed_in(client, "administrator", self.here)
        for address in (
            self._admin("changelist"), self._admin("change", record.pk), self._admin("history", record.pk),
        ):  # fmt: skip
            page = client.get(address)
            assert page.status_code == 200
            assert text not in page.content.decode()
        assert self.patient.mrn in client.get(self._admin("changelist")).content.decode()
        assert client.get(self._admin("add")).status_code == 403
        acts.retire(actor("nurse", self.here), record, reason="Wrong patient")
        page = client.get(self._admin("change", record.pk)).content.decode()
        assert "Wrong patient" in page
        fill(client, self._admin("restore", record.pk), having="version")
        record.refresh_from_db()
        assert not record.is_retired

    def test_another_hospitals_is_answered_like_one_that_never_was(self, client: Any) -> None:
        super().test_another_hospitals_is_answered_like_one_that_never_was(client)
        stranger = self.factory().patient
        for page in ("list", "create"):
            assert client.get(self._below(stranger, page)).status_code == 404

    # ---- what belongs to the patient

    def test_who_recorded_it_and_where_is_set_by_the_server(self, client: Any) -> None:
        user = signed_in(client, "nurse", self.here)
        fill(client, self._page("create"), **self._typed(self.said()))
        record = self.model.objects.get()
        assert (record.recorded_by, record.hospital) == (user.pk, self.here)
        program = api("integrator", self.here)
        body = program.get(self._at(record)).json() | {"recorded_by_id": str(self.here.pk)}
        refused = program.put(self._at(record), body, headers={"If-Match": '"1"'})
        assert refused.json()["errors"]["recorded_by_id"][0]["code"] == "read_only"

    def test_every_hospital_of_the_patient_keeps_it_up_and_no_other(self) -> None:
        there, nowhere = HospitalFactory(), HospitalFactory()
        register(self.patient, there)
        [record] = self._made()
        name, value = self.change
        changed = api("integrator", there).patch(
            self._at(record), {name: value}, headers={"If-Match": '"1"'}
        )
        assert (changed.status_code, changed.json()["hospital_id"]) == (200, str(self.here.pk))
        for method in ("get", "patch", "delete"):
            answer = getattr(api("integrator", nowhere), method)(self._at(record))
            assert answer.status_code == 404
        with pytest.raises(NotVisible):
            acts.retire(actor("nurse", nowhere), record, reason="x")

    def test_a_hospital_that_retired_the_patient_loses_sight_of_it_and_others_do_not(self) -> None:
        there = HospitalFactory()
        register(self.patient, there)
        [record] = self._made()
        reception = api("integrator", self.here)
        gone = reception.delete(f"/api/v1/patients/{self.patient.pk}", headers={"X-Reason": "x"})
        assert gone.status_code == 204
        assert reception.get(self._at(record)).status_code == 404
        assert api("integrator", there).get(self._at(record)).status_code == 200

    def test_nothing_is_recorded_of_a_patient_who_is_not_in_the_hospitals_lists(self) -> None:
        program, stranger = api("integrator", self.here), PatientFactory()
        answer = program.post(self.list, self._body({**self.facts(self.here), "patient": stranger}))
        assert answer.json()["errors"]["patient_id"][0]["code"] == "invalid_choice"
        Registration.objects.filter(patient=self.patient).update(retired_at=self.patient.created_at)
        answer = program.post(self.list, self._body(self.facts(self.here)))
        assert answer.json()["errors"]["patient_id"][0]["code"] == "retired_choice"
        record = self.model(**{**self.facts(self.here), "patient": stranger}, hospital=self.here)
        with pytest.raises(NotVisible):
            acts.create(actor("nurse", self.here), record)
        assert not self.model.objects.exists()

    def test_it_never_moves_to_another_patient(self) -> None:
        [record] = self._made()
        other = PatientFactory(at=self.here)
        answer = api("integrator", self.here).patch(
            self._at(record), {"patient_id": str(other.pk)}, headers={"If-Match": '"1"'}
        )
        assert answer.json()["errors"]["patient_id"][0]["code"] == "read_only"
        record.refresh_from_db()
        assert record.patient == self.patient

    def test_it_does_not_keep_a_patient_from_being_retired(self) -> None:
        self._made()
        assert [row for rows in self.patient.open_work() for row in rows] == []

    def test_of_an_entry_in_error_only_who_may_bring_it_back_sees_the_line(
        self, client: Any
    ) -> None:
        [record] = self._made()
        acts.retire(actor("nurse", self.here), record, reason="Entered twice")
        signed_in(client, "nurse", self.here)
        assert self._listed(client.get(self._page("list"))) == []
        signed_in(client, "administrator", self.here)
        [line] = self._listed(client.get(self._page("list")))
        assert (line["is_retired"], line["reason"]) == (True, "Entered twice")

    def test_who_reads_the_outer_facts_alone_is_not_told_what_it_says(self, client: Any) -> None:
        name, text = self.secret
        [record] = self._made(**{name: text})
        setattr(record, name, text + "!")
        acts.change(actor("nurse", self.here), record)
        for role in ("administrator", "auditor"):
            signed_in(client, role, self.here)
            for page in (self._page("list"), self._page("detail", record)):
                assert text not in client.get(page).content.decode(), (role, page)
            program = api(role, self.here)
            for address in (self._at(record), self.list):
                answer = program.get(address)
                assert answer.status_code == 200
                assert text not in answer.content.decode()
                assert str(self.patient.pk) in answer.content.decode()

    def test_every_look_names_the_patient_in_the_audit(self, client: Any) -> None:
        [record] = self._made()
        signed_in(client, "nurse", self.here)
        program = api("integrator", self.here)
        looks = [
            (client, self._page("list"), "list"), (client, self._page("detail", record), "read"),
            (client, self._page("edit", record), "read"), (client, self._page("create"), "read"),
            (client, self._page("retire", record), "read"),
            (program, self.list, "list"), (program, self._at(record), "read"),
        ]  # fmt: skip
        for door, address, word in looks:
            before = AuditEvent.objects.count()
            assert door.get(address).status_code == 200
            event = AuditEvent.objects.latest("id")
            assert AuditEvent.objects.count() == before + 1, address
            assert event.act == f"{self.resource}.{word}", address
            assert event.patient_id == self.patient.pk, address

    def test_no_title_names_what_it_says(self, client: Any) -> None:
        [record] = self._made()
        signed_in(client, "nurse", self.here)
        for page in ("list", "create", "detail", "edit", "retire"):
            text = client.get(self._page(page, record)).content.decode()
            title = text.split("<title>")[1].split("</title>")[0]
            assert getattr(record, self.named_by) not in title
            assert self.patient.family_name not in title

    named_by: ClassVar[str]

    def test_a_form_sent_after_the_entry_was_found_wrong_is_told_so(self, client: Any) -> None:
        [record] = self._made()
        signed_in(client, "nurse", self.here)
        page = self._page("edit", record)
        form = form_on(client.get(page))
        acts.retire(actor("nurse", self.here), record, reason="Entered twice")
        name, value = self.change
        answer = send(client, form, page, **{name: value})
        assert answer.status_code == 409
        record.refresh_from_db()
        assert getattr(record, name) != value

    def test_a_reason_is_needed_to_call_it_an_error(self, client: Any) -> None:
        [record] = self._made()
        signed_in(client, "nurse", self.here)
        answer = fill(client, self._page("retire", record))
        assert answer.status_code == 400
        reasons = answer.context["form"].errors.as_data()["reason"]
        assert reasons[0].code == "reason_required"
        fill(client, self._page("retire", record), reason="Wrong patient")
        record.refresh_from_db()
        assert record.retired_reason == "Wrong patient"
