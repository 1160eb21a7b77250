"""Patients in Django admin."""

from . import patients

__all__ = ["patients"]
