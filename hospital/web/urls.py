"""Pages of the place and its people."""

from django.urls import path

from . import home, session, styleguide

app_name = "hospital"
urlpatterns = [
    path("", home.home, name="home"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("switch/", session.switch, name="switch"),
]
