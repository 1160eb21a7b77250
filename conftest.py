"""What every test in the house starts from."""

import os

import django

# Before Django loads: tests never run in the mode of this installation.
os.environ["OPENWARD_MODE"] = "test"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

pytest_plugins = ["hospital.kit.testing"]
