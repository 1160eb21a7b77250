"""What is wrong with a page as it stands in the browser."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

NARROW = 320
NODES = 900
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": TAGS}
# What the other colours can change.
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# The widest element: mostly what makes the page wider than the screen, or in it.
SPILLING = """() => [...document.body.querySelectorAll("*")]
  .map((one) => [one.getBoundingClientRect().width, one])
  .reduce((most, one) => (one[0] > most[0] ? one : most))[1].cloneNode().outerHTML"""
# The admin's own sheets fade from one colour to the next.
RUN = """async (runOnly) => {
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
  const { violations } = await axe.run({ runOnly, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => String(target))]);
}"""


def faults_of(page: Page, *, thorough: bool = True) -> list[str]:
    """One line per fault: title, heading, size, overflow at 320 px; when thorough also every rule of
    WCAG 2.2 A and AA and of axe's best practices, in light and in dark.
    """
    page.wait_for_load_state()  # a click returns at the new address, before there is a page
    found = [*_structure(page), *_overflow(page)]
    if thorough:
        found += _axe(page)
    where = page.url.partition("://")[2].partition("/")[2]
    return [f"/{where}: {line}" for line in found]


def _structure(page: Page) -> list[str]:
    found = []
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} h1")
    if page.title().strip(" ·") in {"", "Openward"}:
        found.append("no title of its own")
    if (nodes := page.locator("*").count()) > NODES:
        found.append(f"{nodes} nodes")
    return found


def _overflow(page: Page) -> list[str]:
    size = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 820})
    root = page.locator("html")
    wider = root.evaluate("root => root.scrollWidth - root.clientWidth")
    spilling = root.evaluate(SPILLING) if wider else ""
    if size:
        page.set_viewport_size(size)
    return [f"{wider} px wider than {NARROW} px: {spilling}"] if wider else []


def _axe(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found = []
    for colours, rules in (("dark", EVERYTHING), ("light", OF_COLOURS)):
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        for rule, targets in page.evaluate(RUN, rules):
            found.append(f"{colours}: {rule}: {'; '.join(targets)}")
    return found
