"""Those who are registered already are found by likeness too."""

from django.db import migrations

BATCH = 500
NEW_KINDS = ("e", "a")


def fill(apps, _schema_editor):
    """The keys and words that ``records.services.search_keys`` writes for whoever is registered from now on."""
    from records.services import search_keys

    Registration, SearchKey = (
        apps.get_model("records", name) for name in ("Registration", "SearchKey")
    )
    rows = Registration.objects.filter(retired_at__isnull=True).select_related("patient")
    batch = list(rows.order_by("id")[:BATCH])
    while batch:
        keys = [
            SearchKey(
                registration=row, hospital_id=row.hospital_id, kind=kind, key=key, shared=shared
            )
            for row in batch
            for kind, key, shared in search_keys.with_shared(_keys_of(row.patient))
        ]
        new = [key for key in keys if key.kind in NEW_KINDS]
        SearchKey.objects.bulk_create(new, ignore_conflicts=True)
        _learn(apps, {key.key for key in keys if key.kind == "n"})
        batch = list(rows.filter(id__gt=batch[-1].pk).order_by("id")[:BATCH])


def _keys_of(patient):
    from records.services import search_keys

    return search_keys.keys_of(patient, patient.identifiers.filter(retired_at__isnull=True))


def _learn(apps, words):
    from records.services import vocabulary

    NameForm = apps.get_model("records", "NameForm")
    forms = sorted((form, word) for word in words for form in vocabulary.forms_of(word))
    rows = (NameForm(form=form, word=word) for form, word in forms)
    NameForm.objects.bulk_create(rows, ignore_conflicts=True)


def empty(apps, _schema_editor):
    """The words go with their table."""
    apps.get_model("records", "SearchKey").objects.filter(kind__in=NEW_KINDS).delete()


class Migration(migrations.Migration):
    # Each batch is stored by itself, so nobody waits long; begun again, it goes on where something is missing.
    atomic = False
    dependencies = [("records", "0011_names_alike")]
    operations = [migrations.RunPython(fill, empty)]
