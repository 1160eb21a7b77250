from django.apps import AppConfig


class KitAppConfig(AppConfig):
    name = "hospital.tests.kitapp"
    label = "kitapp"
