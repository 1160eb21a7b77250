"""A doctor with an account and a calendar address, and all that can come of it."""

import datetime as dt

from hospital.kit import clock
from hospital.models import Membership, User
from hospital.tests.factories import actor
from records.models import CalendarFeed
from records.services import calendar_feeds
from records.tests.appointments.ground import Ground


def doctors_ground():
    """The cardiology, whose doctor has an account: ``user``, acting as ``as_doctor``."""
    ground = Ground()
    ground.as_doctor = actor("doctor", ground.here)
    ground.user = ground.doctor.user = User.objects.get(pk=ground.as_doctor.user_id)
    ground.doctor.save()
    return ground


def issue(ground):
    return calendar_feeds.issue(ground.as_doctor, doctor=ground.doctor)


def retire(row):
    type(row).objects.filter(pk=row.pk).update(retired_at=clock.now())


SPOILT = {
    "revoked": lambda _: retire(CalendarFeed.objects.get()),
    "of a retired doctor": lambda g: retire(g.doctor),
    "of a doctor without an account now": lambda g: type(g.doctor).objects.update(user=None),
    "of a disabled account": lambda g: type(g.user).objects.filter(pk=g.user.pk).update(
        is_active=False
    ),
    "of a retired account": lambda g: retire(g.user),
    "of a retired hospital": lambda g: retire(g.here),
    "of a role taken away": lambda g: retire(Membership.objects.get(user=g.user)),
    "of a role that has ended": lambda g: Membership.objects.filter(user=g.user).update(
        valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2027, 2, 25)
    ),
    "of another role now": lambda g: Membership.objects.filter(user=g.user).update(role="cashier"),
}  # fmt: skip
