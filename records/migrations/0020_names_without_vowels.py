"""Those who are registered already are found across scripts: محمد by Mohammed, Mohammed by محمد."""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat, Left

BATCH = 5_000
# As in ``records.services.vocabulary``: under its own beginning every word stands once.
LETTERS, LOOKED_AT = "-", 20


def fill(apps, _schema_editor):
    """What is written of a new word from now on: its consonants."""
    from records.abjads import stored_under

    NameForm = apps.get_model("records", "NameForm")
    words = NameForm.objects.filter(form=Concat(Value(LETTERS), Left("word", LOOKED_AT)))
    batch = list(words.order_by("id")[:BATCH])
    while batch:
        forms = sorted((form, row.word) for row in batch for form in stored_under(row.word))
        rows = (NameForm(form=form, word=word) for form, word in forms)
        NameForm.objects.bulk_create(rows, ignore_conflicts=True)
        batch = list(words.filter(id__gt=batch[-1].pk).order_by("id")[:BATCH])


class Migration(migrations.Migration):
    # Each batch is stored by itself, so nobody waits long; begun again, it goes on where something is missing.
    atomic = False
    dependencies = [("records", "0019_merge_refusals")]
    # More words harm nobody: on the way back they stay.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
