#!/usr/bin/env python
"""Django's command line for this installation."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        if not hasattr(wrong, "problems"):
            raise
        from hospital.launch import misconfigured

        sys.exit(misconfigured.report(sys.argv[1:], wrong))


if __name__ == "__main__":
    main()
