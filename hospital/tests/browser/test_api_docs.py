"""The API's documentation in a real browser: drawn whole, and not one request to anywhere else."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("path", "drawn"), [("/docs", "#swagger-ui .opblock"), ("/redoc", "#redoc [data-section-id]")]
)
def test_the_documentation_is_drawn_from_this_server_alone(watched, path, drawn):
    page = watched()  # which fails on a request to anywhere else
    # On the screen alone is it drawn, so that has to be a long one.
    page.set_viewport_size({"width": 1280, "height": 8000})
    page.goto(path)
    page.wait_for_selector(drawn, timeout=30_000)
    page.wait_for_load_state("networkidle")
    page.locator(drawn).nth(10).wait_for(state="attached")
    assert "patients" in page.inner_text("body")
