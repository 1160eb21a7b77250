"""The words a registered patient is found by."""

from django.db import models

from hospital.kit.fields import SortKeyField

from .registrations import Registration


class SearchKey(models.Model):
    """One folded word, number or date of one registration: derived, rewritten with the patient.

    A prefix of ``key`` is a range of the index, on both engines.
    """

    class Kind(models.TextChoices):
        NAME = "n"
        MRN = "m"
        BIRTH_DATE = "b"
        PHONE = "p"
        IDENTIFIER = "i"
        # The same numbers read backwards: people know how theirs end.
        ENDING = "e"
        # Postal code, house number, street: who lives there, and who lives near.
        ADDRESS = "a"

    # The first column of its constraint.
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="search_keys", db_index=False
    )
    hospital_id = models.UUIDField()
    kind = models.CharField(max_length=1, choices=Kind.choices)
    key = SortKeyField(max_length=100)
    # How many first letters an earlier key of the same registration and kind shares with this one.
    # A prefix longer than that finds this key first, so a search for it meets nobody twice.
    shared = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind", "key"], name="search_key_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["hospital_id", "kind", "key", "registration", "shared"],
                name="search_key_order",
            )
        ]

    def __str__(self) -> str:
        return self.kind
