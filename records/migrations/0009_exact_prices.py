"""Prices of medications are kept in thousandths, so that currencies with three decimals fit."""

from django.db import migrations

import hospital.kit.fields

TABLES = ("records_medicationprice", "records_historicalmedicationprice")


def field():
    return hospital.kit.fields.MoneyField(digits=3, verbose_name="price of one unit")


class Migration(migrations.Migration):
    dependencies = [("records", "0008_catalogues")]

    operations = [
        *(
            migrations.RunSQL(
                f"UPDATE {table} SET amount = amount * 10",
                f"UPDATE {table} SET amount = amount / 10",
            )
            for table in TABLES
        ),
        migrations.AlterField("medicationprice", "amount", field()),
        migrations.AlterField("historicalmedicationprice", "amount", field()),
    ]
