"""Imported once by the process that the children of races are forked from: see ``hospital.kit.racing``.

It loads, and does nothing: a connection or an id made here would be every child's.
"""

import django

django.setup()

from django.urls import get_resolver  # noqa: E402

import billing.tests.factories  # noqa: E402, F401
import records.tests.encounter_factories  # noqa: E402, F401

get_resolver().url_patterns  # noqa: B018 (loads every door)
