"""A file of four times the rows takes no more memory while it is made."""

import tracemalloc

import pytest

from hospital.models import Job, Ward
from hospital.services import exports, jobs
from hospital.tests.factories import DepartmentFactory, HospitalFactory, actor

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.timeout(300)]


def peak(job):
    """The most memory in use while the job ran, in bytes."""
    tracemalloc.start()
    try:
        jobs.run_job.call(str(job.pk))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(form, settings, tmp_path, count):
    settings.VAR_DIR = tmp_path
    hospital = HospitalFactory()
    department, person = DepartmentFactory(hospital=hospital), actor("nurse", hospital)
    what = {"source": "hospital.wards", "asked": {}, "form": form}
    peaks = {}
    # The first run also pays for what is loaded once.
    for wanted in (600, 3_000, 12_000):
        known = Ward.objects.count()
        Ward.objects.bulk_create(
            Ward(hospital=hospital, department=department, code=f"W{n}", name=f"Ward {n}")
            for n in range(known, wanted)
        )
        job = Job.objects.create(
            kind="export", arguments=what, user_id=person.user_id, hospital_id=hospital.pk
        )
        peaks[wanted] = peak(job)
        job.refresh_from_db()
        assert (job.state, job.done) == (Job.State.DONE, wanted)
        assert exports.is_there(job)
    assert peaks[12_000] < 1.3 * peaks[3_000]
    count(f"KB at most while 12,000 rows became {form}", peaks[12_000] // 1024)
