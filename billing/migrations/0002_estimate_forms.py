"""An estimate keeps the form of a medication by its code; the lines that are there have it in their names."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0001_estimates'),
    ]

    operations = [
        migrations.AddField(
            model_name='estimateline',
            name='form',
            field=models.CharField(blank=True, choices=[('tablet', 'Tablet'), ('capsule', 'Capsule'), ('syrup', 'Syrup'), ('suspension', 'Oral suspension'), ('injection', 'Solution for injection'), ('infusion', 'Infusion'), ('cream', 'Cream'), ('ointment', 'Ointment'), ('drops', 'Drops'), ('inhaler', 'Inhaler'), ('suppository', 'Suppository'), ('patch', 'Patch'), ('powder', 'Powder'), ('gas', 'Gas'), ('other', 'Other')], default='', max_length=16, verbose_name='form'),
        ),
    ]
