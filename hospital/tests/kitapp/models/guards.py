"""One model for each way of using a guard."""
# ruff: noqa: DJ008 (nobody looks at these rows)

from django.db import models
from django.db.models import Q

from hospital.kit.guards import AppendOnly, AtMost, NoChain, NoOverlap, SameTenant
from hospital.kit.ids import uuid7


class Bed(models.Model):
    """Something that one patient at a time can have."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=10)


class BedPeriod(models.Model):
    """A bed taken for a time: moments, an open end, a condition, two columns that must be equal."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT)
    lane = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    kind = models.CharField(max_length=20, default="occupied")

    class Meta:
        constraints = [
            NoOverlap(
                name="bed_period_no_overlap",
                same=["bed", "lane"],
                start="starts_at",
                end="ends_at",
                condition=Q(is_active=True) & ~Q(kind="don't count"),
                violation_error_code="bed_occupied",
                violation_error_message="This bed is taken at that time.",
            )
        ]


class Leave(models.Model):
    """Whole days, a numeric key given by the database, no condition."""

    person = models.CharField(max_length=20)
    first_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            NoOverlap(name="leave_no_overlap", same=["person"], start="first_on", end="until_on")
        ]


class Tariff(models.Model):
    """Whole days of which the last one counts, and a condition."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    item = models.CharField(max_length=20)
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            NoOverlap(
                name="tariff_no_overlap",
                same=["item"],
                start="first_on",
                end="last_on",
                bounds="[]",
                condition=Q(is_active=True),
            )
        ]


class LedgerLine(models.Model):
    """A row that stays as it was written."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.IntegerField(unique=True)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [AppendOnly(name="ledger_line_append_only")]


class Stretch(models.Model):
    """Two guards on one table: never changed, and never twice at once."""

    track = models.IntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            AppendOnly(name="stretch_append_only"),
            NoOverlap(name="stretch_no_overlap", same=["track"], start="starts_at", end="ends_at"),
        ]


class Site(models.Model):
    """A tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7)


class Wing(models.Model):
    """Something of a tenant's that others point to."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    hospital = models.ForeignKey(Site, on_delete=models.PROTECT)
    name = models.CharField(max_length=20)


class Room(models.Model):
    """Something of a tenant's that points to another."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    hospital = models.ForeignKey(Site, on_delete=models.PROTECT)
    wing = models.ForeignKey(Wing, on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=20)

    class Meta:
        constraints = [SameTenant(name="room_same_hospital", field="wing", column="hospital_id")]


class Errand(models.Model):
    """Somebody on the way, or nobody in particular. A null keeps the condition from being true."""

    guest = models.ForeignKey(Bed, on_delete=models.PROTECT, null=True, blank=True)
    lane = models.PositiveSmallIntegerField(default=1)
    weight = models.IntegerField(default=1, null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            NoOverlap(
                name="errand_no_overlap",
                same=["guest", "lane"],
                optional=["guest"],
                start="starts_at",
                end="ends_at",
                condition=Q(weight__gt=0),
            )
        ]


class Show(models.Model):
    """Something with so many places."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    title = models.CharField(max_length=20, default="t")
    capacity = models.PositiveSmallIntegerField(default=2)


class Seat(models.Model):
    """A numbered place, which counts under a condition on three columns, one of which may be null."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    show = models.ForeignKey(Show, on_delete=models.PROTECT, null=True, blank=True)
    lane = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    weight = models.IntegerField(default=1, null=True, blank=True)
    kind = models.CharField(max_length=20, default="plain")

    class Meta:
        constraints = [
            AtMost(
                name="seat_at_most_capacity",
                field="show",
                column="lane",
                limit="capacity",
                condition=Q(is_active=True, weight__gt=0) & ~Q(kind="don't count 100%"),
                violation_error_code="show_full",
                violation_error_message="This show has no such place.",
            )
        ]


class Ticket(models.Model):
    """The same with a numeric key given by the database, and no condition."""

    show = models.ForeignKey(Show, on_delete=models.PROTECT)
    number = models.IntegerField()
    note = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            AtMost(name="ticket_at_most", field="show", column="number", limit="capacity")
        ]


class Alias(models.Model):
    """A name that may stand for another one."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    stands_for = models.ForeignKey("self", models.PROTECT, null=True)

    class Meta:
        constraints = [NoChain(name="alias_no_chain", field="stands_for")]


class Numbered(models.Model):
    """A number that was given out; the same one twice is noticed, not refused."""

    series = models.CharField(max_length=40)
    number = models.BigIntegerField()
