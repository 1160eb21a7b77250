"""``manage.py import_patients FILE``: patients of one's own, brought in."""

from hospital.management.commands.import_rows import Command as ImportRows


class Command(ImportRows):
    kind = "patients"
