"""An import that is stopped before anything of it is in is given up, and its file can be handed in again."""

import pytest

from hospital.models import ImportBatch, Job
from hospital.services import import_running, imports, jobs
from hospital.tests.factories import signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Patient
from records.tests.imports.files import chosen, handed_in, person, table

pytestmark = pytest.mark.django_db
CONTENT = table(person(1, dob="never"), person(2))


@pytest.fixture
def desk(client, here):
    client.user = signed_in(client, "administrator", here)
    return client


@pytest.fixture
def batch(boss):
    return imports.begin(boss, batch=chosen(boss, CONTENT), unchecked=True)


def text(desk, url):
    return desk.get(url).content.decode()


def run():
    job = Job.objects.latest("id")
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


class Stopped(Exception):
    """As if somebody had stopped it here."""


def stop(at):
    def told(done, total):
        if done == at:
            raise Stopped

    return told


@pytest.mark.parametrize("at", [0, 1], ids=["before its first row", "after broken rows alone"])
def test_it_is_given_up_on_its_page_and_its_file_is_handed_in_again(
    boss, desk, batch, at, monkeypatch
):
    monkeypatch.setattr(import_running, "CHUNK", 1)
    with pytest.raises(Stopped):
        import_running.bring_in(lambda: boss, batch.pk, stop(at))
    page = f"/imports/{batch.pk}/"
    shown = text(desk, page)
    assert f'href="{page}undo/"' in shown
    assert "Give it up…" in shown
    assert "Nothing of it is in" in shown
    shown = text(desk, f"{page}undo/")
    assert "Nothing of this file is in" in shown
    assert "0 were made" not in shown
    assert fill(desk, f"{page}undo/").headers["Location"] == page
    assert run().state == "done"
    assert "Given up" in text(desk, page)
    assert not Patient.objects.exists()
    again = imports.begin(boss, batch=chosen(boss, CONTENT), unchecked=True)
    assert import_running.bring_in(lambda: boss, again.pk, stop(9)).created == 1


def test_while_it_is_under_way_it_is_not_given_up(boss, desk, batch):
    imports.start_job(boss, batch)
    page = f"/imports/{batch.pk}/"
    assert "Give it up…" not in text(desk, page)
    form = form_on(desk.get(f"{page}undo/"))
    assert send(desk, form, f"{page}undo/").status_code == 409
    assert ImportBatch.objects.get().state == "importing"


def test_of_an_import_in_which_something_is_it_is_said_that_it_stays(
    boss, desk, batch, monkeypatch
):
    monkeypatch.setattr(import_running, "CHUNK", 2)
    with pytest.raises(Stopped):
        import_running.bring_in(lambda: boss, batch.pk, stop(2))
    shown = text(desk, f"/imports/{batch.pk}/")
    assert "What is in stays in" in shown
    assert "Undo…" in shown


def test_one_that_ended_with_nothing_in_it_is_not_given_up(boss, desk):
    batch = imports.begin(boss, batch=chosen(boss, table(person(1, dob="never"))), unchecked=True)
    import_running.bring_in(lambda: boss, batch.pk, stop(9))
    assert f"/imports/{batch.pk}/undo/" not in text(desk, f"/imports/{batch.pk}/")
    assert handed_in(boss, table(person(1, dob="never")))
