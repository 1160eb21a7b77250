"""The API's documentation in a real browser: drawn whole, and not one request to anywhere else."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("path", "drawn"), [("/docs", "#swagger-ui .opblock"), ("/redoc", "#redoc [data-section-id]")]
)
def test_the_documentation_is_drawn_from_this_server_alone(watched, live_server, path, drawn):
    page = watched()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url + path)
    page.wait_for_selector(drawn)
    page.wait_for_load_state("networkidle")
    assert page.locator(drawn).count() > 10
    assert "patients" in page.inner_text("body")
    elsewhere = [url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))]
    assert elsewhere == []
