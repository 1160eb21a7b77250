"""The addresses of this app's resources under /api/v1/."""

from hospital.kit.api.routers import Router

urlpatterns = Router(__package__).urls
