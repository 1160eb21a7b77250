"""The kit's own fixtures, for the kit's own tests."""

from hospital.kit.testing import empty_sqlite_file, guards_lifted_for_flush, race

__all__ = ["empty_sqlite_file", "guards_lifted_for_flush", "race"]
