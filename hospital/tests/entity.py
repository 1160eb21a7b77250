"""What every plain record keeps on every door. A new one proves it by naming itself:

    class TestWards(EntityTests):
        factory = WardFactory
        topic = "wards"
        change = ("floor", "9")
        broken = [("name", "", "required"), ("code", "w 1", "code_invalid")]

        def facts(self, hospital):
            return {"department": DepartmentFactory(hospital=hospital), "code": "W7", "name": "Ward 7"}

``topic`` is the word in both addresses, ``change`` a field and another valid value for it, ``broken``
values that must be refused with one code by the service, the API and the form. What is special about
the record stands in tests of its own. What programs only read takes ``PageTests`` instead.
"""

from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import facts as acts
from hospital.kit import policy
from hospital.kit.errors import SAME_CODE, problem_of
from hospital.models import AuditEvent
from hospital.tests.exports.files import rows_of
from hospital.tests.factories import HospitalFactory, actor, api, signed_in
from hospital.tests.filling import fill, form_on, send


@pytest.mark.django_db
class PageTests:
    """What is kept on the pages and in the administration; the API may only be read."""

    factory: ClassVar[Any]
    topic: ClassVar[str]
    change: ClassVar[tuple[str, Any]]
    broken: ClassVar[list[tuple[str, Any, str]]] = []
    # Who writes it on the web, who brings it back (by the API, on the web), who may only read it.
    writer: ClassVar[str] = "administrator"
    restorers: ClassVar[tuple[str, str]] = ("integrator", "administrator")
    reader: ClassVar[str] = "nurse"

    def facts(self, hospital: Any) -> dict[str, Any]:
        """The facts of a valid new record at ``hospital``, by model field."""
        raise NotImplementedError

    def store(self, who: Any, record: Any) -> None:
        """Store a new record by its service."""
        acts.create(who, record)

    # ---- what the tests stand on

    @pytest.fixture(autouse=True)
    def _place(self) -> None:
        self.here = HospitalFactory()
        self.model = self.factory._meta.model
        self.resource = self.model.resource
        self.list = f"/api/v1/{self.topic}"

    def _page(self, name: str, record: Any = None) -> str:
        where = f"{self.resource.replace('.', ':')}-{name}"
        return reverse(where, args=[record.pk] if record else [])

    def _at(self, record: Any) -> str:
        return f"{self.list}/{record.pk}"

    def _body(self, values: dict[str, Any]) -> dict[str, Any]:
        return {_api_name(name, value): _plain(value) for name, value in values.items()}

    def _typed(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: _plain(value) for name, value in values.items()}

    def _shown_at(self, name: str) -> str:
        """The form's field that a model's field is typed in."""
        return name

    def _refused_by_the_api(
        self, values: dict[str, Any], name: str, code: str, status: int
    ) -> None:
        """The API refuses the same; not that of what programs only read."""

    def _signed_in(self, client: Any, role: str = "") -> Any:
        signed_in(client, role or self.writer, self.here)
        return client

    def _made(self, number: int = 1) -> list[Any]:
        """So many records that one list shows."""
        return self.factory.create_batch(number, hospital=self.here)

    def _listed(self, page: Any) -> list[Any]:
        """The rows that a list page shows."""
        return page.context["listing"].rows

    def test_another_hospitals_is_answered_like_one_that_never_was(self, client: Any) -> None:
        program, theirs, never = api("integrator", self.here), self.factory(), self.factory.build()
        hidden, missing = program.get(self._at(theirs)), program.get(self._at(never))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
        self._signed_in(client)
        for page in ("detail", "edit", "retire"):
            assert client.get(self._page(page, theirs)).status_code == 404
        assert str(theirs.pk) not in client.get(self._page("list")).content.decode()

    # ---- the web

    def test_it_is_added_on_the_web_and_a_double_click_adds_one(self, client: Any) -> None:
        self._signed_in(client)
        form, typed = form_on(client.get(self._page("create"))), self._typed(self.facts(self.here))
        first, second = (send(client, form, self._page("create"), **typed) for _ in range(2))
        assert first.status_code == 302, first.content.decode()
        assert first["Location"] == second["Location"]
        assert self.model.objects.count() == 1
        assert client.get(first["Location"]).status_code == 200

    def test_a_stale_edit_on_the_web_shows_theirs_and_yours(self, client: Any) -> None:
        self._signed_in(client)
        record, (name, value) = self.factory(hospital=self.here), self.change
        page = self._page("edit", record)
        form = form_on(client.get(page))
        self.model.objects.get(pk=record.pk).save()
        answer = send(client, form, page, **{name: value})
        assert answer.status_code == 412
        assert [row.name for row in answer.context["differences"]] == [name]
        send(client, form_on(answer, having=f"keep_{name}"), page)
        record.refresh_from_db()
        assert (getattr(record, name), record.version) == (value, 3)

    def test_retired_on_the_web_it_leaves_the_list_and_comes_back(self, client: Any) -> None:
        self._signed_in(client)
        [record] = self._made()
        fill(client, self._page("retire", record), reason="other", other="closed")
        assert not self._listed(client.get(self._page("list")))
        self._signed_in(client, self.restorers[1])
        page = client.get(self._page("detail", record))
        assert "closed" in page.content.decode()
        send(client, form_on(page, action="restore"), self._page("detail", record))
        record.refresh_from_db()
        assert not record.is_retired

    def test_who_may_only_read_is_shown_no_way_to_change(self, client: Any) -> None:
        signed_in(client, self.reader, self.here)
        record = self.factory(hospital=self.here)
        assert client.get(self._page("list")).status_code == 200
        assert client.get(self._page("detail", record)).status_code == 200
        for page in ("edit", "retire"):
            assert client.get(self._page(page, record)).status_code == 403
        assert client.get(self._page("create")).status_code == 403

    def test_its_list_becomes_a_file_of_the_same_rows_at_the_same_cost(self, client: Any) -> None:
        if not policy.is_declared(f"{self.resource}.export"):
            pytest.skip("nobody may export it")
        self._signed_in(client)
        page, costs = self._page("list"), []
        for wanted in (3, 30):
            self.factory.create_batch(wanted - self.model.objects.count(), hospital=self.here)
            listing = client.get(page)
            form = form_on(listing, action="/export/")
            with CaptureQueriesContext(connection) as queries:
                answer = send(client, form, page, format="csv")
            _, *lines = rows_of(answer.content, "csv")
            assert [line[0] for line in lines] == [
                row.first for row in listing.context["listing"].rows
            ]
            costs.append(len(queries))
        assert costs[0] == costs[1]

    # ---- the administration

    def test_it_is_listed_added_and_changed_in_the_administration(self, client: Any) -> None:
        self._signed_in(client)
        name = f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}"
        record = self.factory(hospital=self.here)
        assert str(record.pk) in client.get(reverse(f"{name}_changelist")).content.decode()
        page, (field, value) = reverse(f"{name}_change", args=[record.pk]), self.change
        form = form_on(client.get(page), having="version")
        assert send(client, form, page, **{field: value}).status_code == 302
        record.refresh_from_db()
        assert (getattr(record, field), record.version) == (value, 2)
        theirs = reverse(f"{name}_change", args=[self.factory().pk])
        assert client.get(theirs).status_code in {302, 404}

    # ---- all of them

    def test_every_door_refuses_the_same_with_the_same_code(self, client: Any) -> None:
        self._signed_in(client)
        for name, value, code in self.broken:
            values = self.facts(self.here) | {name: value}
            with pytest.raises(ValidationError) as refused:
                self.store(actor(self.writer, self.here), self.model(hospital=self.here, **values))
            problem = problem_of(refused.value)
            assert problem
            assert code in {found for found, _ in problem.errors[name]}
            self._refused_by_the_api(values, name, code, problem.status)
            page = fill(client, self._page("create"), **self._typed(values))
            shown = page.context["form"].errors.as_data()[self._shown_at(name)]
            assert code in {SAME_CODE.get(error.code, error.code) for error in shown}
        assert not self.model.objects.exists()

    def test_what_it_leans_on_is_held_open_by_it(self) -> None:
        values = self.facts(self.here).items()
        parents = {name: value for name, value in values if isinstance(value, models.Model)}
        record = self.factory(hospital=self.here, **parents)
        for name in set(record.leans_on) - set(record.rests_with):
            held_by = [row for rows in getattr(record, name).open_work() for row in rows]
            assert record in held_by, f"{name}: open_work() without its super()"

    def test_lists_cost_the_same_for_3_and_for_30(self, client: Any) -> None:
        self._signed_in(client)
        program = api("integrator", self.here)
        doors = {self.list: program, self._page("list"): client}
        costs = []
        for wanted in (3, 30):
            self._made(wanted - self.model.objects.count())
            for address, door in doors.items():
                door.get(address)
                with CaptureQueriesContext(connection) as queries:
                    door.get(address)
                costs.append(len(queries))
        assert costs[:2] == costs[2:]


class EntityTests(PageTests):
    """What is kept on every door; see the module's text."""

    # ---- the API

    def test_it_is_made_shown_and_listed_by_the_api(self) -> None:
        client = api("integrator", self.here)
        made = client.post(self.list, self._body(self.facts(self.here)))
        assert made.status_code == 201, made.content
        assert client.get(made["Location"]).json() == made.json()
        assert client.get(self.list).json()["results"] == [made.json()]
        event = AuditEvent.objects.get(act=f"{self.resource}.create", resource=self.resource)
        assert (str(event.object_id), event.door) == (made.json()["id"], "api")

    def test_sent_back_unchanged_it_stays_as_it_is(self) -> None:
        client, record = api("integrator", self.here), self.factory(hospital=self.here)
        body = client.get(self._at(record)).json()
        answer = client.put(self._at(record), body, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()) == (200, body)
        assert self.model.history.filter(id=record.pk).count() == 1

    def test_a_change_by_the_api_needs_the_current_version(self) -> None:
        client, record = api("integrator", self.here), self.factory(hospital=self.here)
        name, value = self.change
        assert client.patch(self._at(record), {name: value}).status_code == 428
        changed = client.patch(self._at(record), {name: value}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.json()[name]) == (200, value)
        stale = client.patch(self._at(record), {name: value}, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale")

    def test_deleted_by_the_api_it_is_gone_until_restored(self) -> None:
        client, record = api("integrator", self.here), self.factory(hospital=self.here)
        assert client.delete(self._at(record), headers={"X-Reason": "closed"}).status_code == 204
        assert client.get(self._at(record)).status_code == 404
        restorer = api(self.restorers[0], self.here)
        assert restorer.post(f"{self._at(record)}/restore").status_code == 200
        assert client.get(self._at(record)).status_code == 200

    def _refused_by_the_api(
        self, values: dict[str, Any], name: str, code: str, status: int
    ) -> None:
        answer = api("integrator", self.here).post(self.list, self._body(values))
        assert answer.status_code == status
        told = answer.json()["errors"][_api_name(name, values[name])]
        assert code in {error["code"] for error in told}, (name, told)


def _plain(value: Any) -> Any:
    return str(value.pk) if isinstance(value, models.Model) else value


def _api_name(name: str, value: Any) -> str:
    return f"{name}_id" if isinstance(value, models.Model) else name
