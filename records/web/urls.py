"""Pages of patients and what happens to them."""

app_name = "records"
urlpatterns: list = []
