"""Those who are registered already are found by a Chinese or Korean name as it is written, without a space."""

from collections import defaultdict

from django.db import migrations, transaction

BATCH = 1_000
NAME = "n"


def fill(apps, _schema_editor):
    """The keys of names that ``records.services.search_keys`` writes for whoever is registered from now on."""
    Registration = apps.get_model("records", "Registration")
    rows = Registration.objects.filter(retired_at__isnull=True).select_related("patient")
    batch = list(rows.order_by("id")[:BATCH])
    while batch:
        _write(apps, _due(apps, batch))
        batch = list(rows.filter(id__gt=batch[-1].pk).order_by("id")[:BATCH])


def _due(apps, batch):
    """Registration -> the keys of its names, where one of them is written in such signs; those of before a merge too."""
    from records.services import search_keys, undivided

    charts = defaultdict(list)
    merged = apps.get_model("records", "Patient").objects.filter(
        merged_into__in=[row.patient_id for row in batch]
    )
    for former in merged:
        charts[former.merged_into_id].append(former)
    due = {}
    for row in batch:
        theirs = [row.patient, *charts[row.patient_id]]
        if any(undivided.has_any(chart.family_name + chart.given_names) for chart in theirs):
            names = set().union(*map(search_keys.names_of, theirs))
            due[row] = set(search_keys.with_shared(names))
    return due


def _write(apps, due):
    """All keys of the name anew where they differ: how much each shares with the one before it changes too."""
    SearchKey = apps.get_model("records", "SearchKey")
    with transaction.atomic():
        stored = defaultdict(dict)
        rows = SearchKey.objects.filter(registration__in=due, kind=NAME)
        for pk, registration, *key in rows.values_list("pk", "registration", "kind", "key", "shared"):
            stored[registration][tuple(key)] = pk
        gone = [pk for row in due for key, pk in stored[row.pk].items() if key not in due[row]]
        SearchKey.objects.filter(pk__in=gone).delete()
        new = [(row, key) for row in due for key in sorted(due[row] - stored[row.pk].keys())]
        SearchKey.objects.bulk_create(
            (
                SearchKey(
                    registration=row, hospital_id=row.hospital_id, kind=kind, key=key, shared=shared
                )
                for row, (kind, key, shared) in new
            ),
            ignore_conflicts=True,
        )
        _learn(apps, {key for _row, (_kind, key, _shared) in new})


def _learn(apps, words):
    from records.services import vocabulary

    NameForm = apps.get_model("records", "NameForm")
    forms = sorted((form, word) for word in words for form in vocabulary.forms_of(word))
    rows = (NameForm(form=form, word=word) for form, word in forms)
    NameForm.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    # Each batch is stored by itself, so nobody waits long; begun again, it goes on where something is missing.
    atomic = False
    dependencies = [("records", "0016_merged_once")]
    # More keys harm nobody: on the way back they stay.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
