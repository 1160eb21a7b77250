"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")

application = get_wsgi_application()

from hospital.services import preflight  # noqa: E402 (models need the line above)

preflight.verify()
reverse("account_login")  # loads every address now, once for all processes
