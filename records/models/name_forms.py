"""The words that names are made of, under what they are taken for when they are misheard or mistyped."""

from django.db import models

from hospital.kit.fields import SortKeyField


class NameForm(models.Model):
    """One word of somebody's name, and one form that leads to it: its sound, or it with one letter left out.

    A list of words: it says of nobody that they are called so, so it belongs to no hospital, and a word
    stays when the last who had it is gone.
    """

    form = SortKeyField(max_length=42)
    word = SortKeyField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "word"], name="name_form_unique")]

    def __str__(self) -> str:
        return self.form[:1]
