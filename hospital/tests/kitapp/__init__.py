"""An app of the tests alone: models that the kit is tried on, in tables without migrations."""
