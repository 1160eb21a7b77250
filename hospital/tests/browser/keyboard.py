"""Working a page by the keyboard alone."""

from playwright.sync_api import Locator, Page

MOST = 80


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until ``target`` has the focus; fails when it is not within reach."""
    for _ in range(MOST):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not within {MOST} presses of Tab")


def go_to(page: Page, name: str, role: str = "link") -> None:
    """Tab to the link (or button) of that name and press Enter on it."""
    tab_to(page, page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    """Tab to the first field of that label and type over what stands in it."""
    tab_to(page, page.locator("main").get_by_label(label, exact=True).first)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def look_for(page: Page, text: str) -> None:
    """Tab to the search of the page and type into it."""
    tab_to(page, page.get_by_role("search").locator("input[type=search]"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def press(page: Page, *keys: str) -> None:
    """Press single keys when the page's scripts, which load after it, are there to hear them."""
    page.wait_for_load_state("networkidle")
    for key in keys:
        page.keyboard.press(key)
