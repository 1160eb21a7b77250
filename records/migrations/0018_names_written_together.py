"""Those who are registered already are found by a name as one writes it together: Vandijk, Obrien, Hanspeter; and by
a Japanese one without its space.
"""

from collections import defaultdict
from importlib import import_module

from django.db import migrations

before = import_module("records.migrations.0017_undivided_names")
BATCH = 1_000


def fill(apps, _schema_editor):
    """The keys of names that ``records.services.search_keys`` writes for whoever is registered from now on."""
    Registration = apps.get_model("records", "Registration")
    rows = Registration.objects.filter(retired_at__isnull=True).select_related("patient")
    batch = list(rows.order_by("id")[:BATCH])
    while batch:
        before._write(apps, _due(apps, batch))
        batch = list(rows.filter(id__gt=batch[-1].pk).order_by("id")[:BATCH])


def _due(apps, batch):
    """Registration -> the keys of its names, where one of them is written in several ways; those of before a merge too."""
    from records.services import search_keys

    charts = defaultdict(list)
    merged = apps.get_model("records", "Patient").objects.filter(
        merged_into__in=[row.patient_id for row in batch]
    )
    for former in merged:
        charts[former.merged_into_id].append(former)
    due = {}
    for row in batch:
        theirs = [row.patient, *charts[row.patient_id]]
        if any(map(_is_written_otherwise, theirs)):
            names = set().union(*map(search_keys.names_of, theirs))
            due[row] = set(search_keys.with_shared(names))
    return due


def _is_written_otherwise(chart):
    from records import nameruns
    from records.services import undivided

    names = (chart.family_name, chart.given_names)
    return undivided.has_any("".join(names)) or any(map(nameruns.together, names))


class Migration(migrations.Migration):
    # Each batch is stored by itself, so nobody waits long; begun again, it goes on where something is missing.
    atomic = False
    dependencies = [("records", "0017_undivided_names")]
    # More keys harm nobody: on the way back they stay.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
