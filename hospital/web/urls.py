"""Pages of the place and its people."""

from django.urls import path

from hospital.kit.web.plain import urls_of

from . import (
    account,
    drafts,
    home,
    hospitals,
    imports,
    invitations,
    jobs,
    saved_filters,
    search,
    session,
    styleguide,
)

app_name = "hospital"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("account/", account.account, name="account"),
    path("account/sessions/<int:pk>/end/", account.end_session, name="session-end"),
    path("invitation/", invitations.invitation, name="invitation"),
    path("switch/", session.switch, name="switch"),
    path("drafts/keep/<path:at>", drafts.keep, name="draft-keep"),
    path("drafts/discard/<path:at>", drafts.discard, name="draft-discard"),
    path("session/lock/", session.lock, name="session-lock"),
    path("session/unlock/", session.unlock, name="session-unlock"),
    path("session/seen/", session.seen, name="session-seen"),
    path("session/left/", session.left, name="session-left"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("jobs/", jobs.index, name="job-list"),
    path("jobs/<uuid:pk>/", jobs.detail, name="job-detail"),
    path("jobs/<uuid:pk>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<uuid:pk>/approve/", jobs.approve, name="job-approve"),
    path("jobs/<uuid:pk>/refuse/", jobs.refuse, name="job-refuse"),
    path("jobs/<uuid:pk>/file/", jobs.download, name="job-download"),
    path("imports/", imports.index, name="importbatch-list"),
    path("imports/new/", imports.create, name="importbatch-create"),
    path("imports/<uuid:pk>/", imports.detail, name="importbatch-detail"),
    path("imports/<uuid:pk>/columns/", imports.columns, name="importbatch-columns"),
    path("imports/<uuid:pk>/begin/", imports.begin, name="importbatch-begin"),
    path("imports/<uuid:pk>/halt/", imports.halt, name="importbatch-halt"),
    path("imports/<uuid:pk>/undo/", imports.undo, name="importbatch-undo"),
    path("imports/<uuid:pk>/left/", imports.left, name="importbatch-left"),
    path("imports/<uuid:pk>/result/", imports.result, name="importbatch-result"),
    path("saved-filters/", saved_filters.create, name="savedfilter-create"),
    path("saved-filters/<uuid:pk>/remove/", saved_filters.retire, name="savedfilter-retire"),
    path("hospitals/own/", hospitals.own, name="hospital-own"),
    *urls_of(__package__),
]
