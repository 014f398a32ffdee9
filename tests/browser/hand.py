"""Two hands of a reader: one with a mouse, one with a keyboard alone. Both count what they do."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor

# No page has as many places to stop at.
MOST_STOPS = 400

# Where the focus is on its way to ``target``: whether it has arrived, whether it has passed it,
# and what of it can be seen.
_WHERE = """target => {
  const held = document.activeElement, look = getComputedStyle(held);
  const box = held.getBoundingClientRect();
  const isOutlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  // The cells of a long list are framed inside, where the next one does not cover it.
  const isFramed = held.matches(".ag-cell") && parseFloat(look.borderTopWidth) >= 2;
  return {
    has_arrived: held === target,
    has_passed: Boolean(held.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING),
    is_nowhere: held === document.body,
    is_outlined: (isOutlined || isFramed) && held.matches(":focus-visible"),
    is_in_view: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    name: held.outerHTML.slice(0, 120),
  };
}"""


class Hand:
    """A reader with a mouse. A click on a link or button counts one, a choice in a select one."""

    name = "mouse"

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.n_click = 0

    def begin(self) -> None:
        """Open the start page; from here on clicks count."""
        self.visitor.open("/")
        self.n_click = 0

    def follow(self, link: Locator) -> None:
        """Follow a link and wait until the page behind it is drawn."""
        before = self.page.url
        self._press(link)
        self.page.wait_for_url(lambda url: url != before)
        self.visitor.settled()

    def unfold(self, button: Locator) -> None:
        """Open what a button hides."""
        self._press(button)
        expect(button).to_have_attribute("aria-expanded", "true")

    def choose(self, name: str, value: str) -> None:
        """Choose a value in the select called ``name``; nothing is done where it is chosen."""
        select = self.page.locator(f"select[name={name}]")
        if select.input_value() == value:
            return
        before = self.page.url
        self.n_click += 1
        self._set(select, value)
        self.page.wait_for_url(lambda url: url != before)
        self.visitor.settled()
        expect(select).to_have_value(value)

    def download(self, link: Locator) -> bytes:
        """Download a file and give back what is in it."""
        with self.page.expect_download() as waiting:
            self._press(link)
        return waiting.value.path().read_bytes()

    def _press(self, target: Locator) -> None:
        self.n_click += 1
        self._activate(target)

    def _activate(self, target: Locator) -> None:
        target.click()

    def _set(self, select: Locator, value: str) -> None:
        select.select_option(value)


class KeyHand(Hand):
    """A reader without a mouse: Tab and Shift+Tab to get there, arrows in a list, Enter to act.

    Wherever the focus stops on its way it must be seen.
    """

    name = "keys"

    def _activate(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")

    def _set(self, select: Locator, value: str) -> None:
        options = select.locator("option").evaluate_all("all => all.map(one => one.value)")
        steps = options.index(value) - options.index(select.input_value())
        self._reach(select)
        # Open: else every arrow would already be a choice.
        self.page.keyboard.press("Enter")
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        self.page.keyboard.press("Enter")

    def _reach(self, target: Locator) -> None:
        expect(target).to_be_visible()
        for _ in range(MOST_STOPS):
            where = target.evaluate(_WHERE)
            if not where["is_nowhere"]:
                self._check_seen(where)
            if where["has_arrived"]:
                assert where["is_in_view"], f"the focus is out of view on {where['name']}"
                return
            back = where["has_passed"] and not where["is_nowhere"]
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"no key leads to {target}")

    def _check_seen(self, where: dict[str, object]) -> None:
        # The main part takes the focus when a page is entered, and is not a place to act.
        if 'id="main"' not in str(where["name"]):
            assert where["is_outlined"], f"the focus is not seen on {where['name']}"
