"""Pages of money. No address ever says whose it is."""

from . import estimates

app_name = "billing"
urlpatterns = estimates.urls()
