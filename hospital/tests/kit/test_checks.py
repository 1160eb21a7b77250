"""An address that nobody declared stops the start."""

from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from hospital.kit import checks
from hospital.kit.web.pages import page


def bare(request):
    return HttpResponse()


@page("hospital.nothing.read")
def unknown(request):
    return HttpResponse()


@page("hospital.ward.read")
def fine(request):
    return HttpResponse()


urlpatterns = [
    path("fine/", fine),
    path("deep/", include([path("bare/", bare)])),
    path("unknown/", unknown),
    path("accounts/others/", bare),
]


def test_every_address_of_ours_is_declared(count):
    ours = list(checks.addresses(checks.get_resolver().url_patterns))
    count("addresses", len(ours))
    assert len(ours) > 50
    assert checks.every_address_is_declared() == []


@override_settings(ROOT_URLCONF=__name__)
def test_one_that_asks_for_nothing_or_for_what_nobody_knows_is_found():
    found = [error.msg for error in checks.every_address_is_declared()]
    assert found == [
        "The view of 'deep/bare/' asks for no permission.",
        "The view of 'unknown/' asks for hospital.nothing.read, which no rule knows.",
    ]


def test_a_viewset_is_asked_for_each_of_its_actions():
    from hospital.api.wards import WardViewSet

    view = WardViewSet.as_view({"get": "list", "post": "create", "delete": "destroy"})
    wanted = checks.permissions_of(view)
    assert wanted == ["hospital.ward.create", "hospital.ward.list", "hospital.ward.retire"]
