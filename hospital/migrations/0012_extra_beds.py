from django.db import migrations, models


class Migration(migrations.Migration):
    """An extra bed, put up on the spot, is known as such."""

    dependencies = [
        ("hospital", "0011_doctors_can_be_booked"),
    ]

    operations = [
        migrations.AddField(
            model_name="bed",
            name="is_extra",
            field=models.BooleanField(default=False, editable=False, verbose_name="extra"),
        ),
        migrations.AddField(
            model_name="historicalbed",
            name="is_extra",
            field=models.BooleanField(default=False, editable=False, verbose_name="extra"),
        ),
    ]
