"""``manage.py migrate``: Django's, in a fraction of its time."""

from hospital.kit.migrating import MigrateCommand as Command

__all__ = ["Command"]
