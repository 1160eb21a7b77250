from django.db import migrations

import hospital.kit.ids


def make_resources(apps, schema_editor):
    """Every doctor who has none yet can be booked from now on."""
    doctor_model = apps.get_model("hospital", "Doctor")
    resource_model = apps.get_model("hospital", "Resource")
    doctors = doctor_model.objects.filter(as_resource__isnull=True)
    resource_model.objects.bulk_create(
        [
            resource_model(
                id=hospital.kit.ids.uuid7(),
                hospital_id=doctor.hospital_id,
                kind="doctor",
                doctor=doctor,
                # Made of the same names.
                sort_key=doctor.sort_key,
            )
            for doctor in doctors.iterator(chunk_size=1000)
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("hospital", "0010_resources"),
    ]

    operations = [
        # Back again the table goes, and its rows with it.
        migrations.RunPython(make_resources, migrations.RunPython.noop),
    ]
