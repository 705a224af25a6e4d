"""Somebody without a mouse: Tab, Shift+Tab, Space, Enter, arrows and typing, and nothing else.

Every stop that the focus makes is looked at: it has to be seen, on the screen, and come in the
order of reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MOST_STOPS = 150
"""After so many on one page, what is looked for cannot be reached."""

# `unfocused` is how everything that takes the focus looks without it; a radio's is seen around its
# label's circle. `stop` says where the focus is, and what is wrong with that.
WATCH = """
const TAKES_FOCUS = "a[href], button, input, select, textarea, summary, [tabindex]";
const unfocused = new WeakMap();
let last = null;

function ring(of, part) {
  const style = getComputedStyle(of, part);
  const clear = /^rgba.*, 0\\)$/.test(style.outlineColor) || style.outlineStyle === "none";
  return `${clear ? "none" : style.outline} ${style.boxShadow}`;
}
function looks(each) {
  const label = each.labels && each.labels[0];
  return ring(each) + (label ? ring(label, "::before") : "");
}
function box(each) {
  const {top, bottom} = each.getBoundingClientRect();
  return {top: top + scrollY, bottom: bottom + scrollY};
}
function isFixed(each) {
  if (each === null) return false;
  return getComputedStyle(each).position === "fixed" || isFixed(each.parentElement);
}
window.keyboard = {
  remember() {
    for (const each of document.querySelectorAll(TAKES_FOCUS))
      if (each !== document.activeElement && !unfocused.has(each)) unfocused.set(each, looks(each));
  },
  begin() {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    last = null;
    this.remember();
  },
  stop(isBack) {
    this.remember();
    const here = document.activeElement, before = last;
    last = here === document.body ? null : here;
    if (!last) return null;
    const named = (here.id ? "#" + here.id : here.outerHTML).slice(0, 100);
    const wrong = [];
    if (looks(here) === unfocused.get(here)) wrong.push("cannot be seen");
    const {top, bottom} = here.getBoundingClientRect();
    if (bottom <= 0 || top >= innerHeight) wrong.push("is off the screen");
    if (before && before !== here) {
      const [first, second] = isBack ? [here, before] : [before, here];
      const follows = first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (!follows) return {named, wrong, isAround: true};
      const flow = !isFixed(first) && !isFixed(second);  // not what stays under the thumb
      if (flow && innerWidth < 640 && box(second).bottom <= box(first).top)
        wrong.push("stands above what comes before it");
    }
    return {named, wrong, isAround: false};
  },
  missed(stops) {
    const seen = (each) => each.checkVisibility({visibilityProperty: true});
    const inGroup = (each) => each.type === "radio";
    return [...document.querySelectorAll(TAKES_FOCUS)]
      .filter((each) => each.tabIndex >= 0 && !each.disabled && each.type !== "hidden")
      .filter((each) => seen(each) && !inGroup(each))
      .map((each) => (each.id ? "#" + each.id : each.outerHTML).slice(0, 100))
      .filter((named) => !stops.includes(named));
  },
};
"""


class Hands:
    """On the keyboard of one page, as it goes from address to address."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(WATCH)

    def tab(self, *, back: bool = False) -> dict[str, Any] | None:
        """To the next stop; None where the page ends."""
        self.page.evaluate("keyboard.remember()")
        return self._tab(back=back)

    def _tab(self, *, back: bool) -> dict[str, Any] | None:
        """Where a walk has begun: how everything looks is remembered at each stop."""
        self.page.keyboard.press("Shift+Tab" if back else "Tab")
        stop: dict[str, Any] | None = self.page.evaluate("back => keyboard.stop(back)", back)
        if stop is not None:
            assert stop["wrong"] == [], (self.page.url, stop)
        return stop

    def walk(self, *, back: bool = False) -> list[str]:
        """Every stop of the page in turn, to its end."""
        self.page.evaluate("keyboard.begin()")
        stops: list[str] = []
        for _ in range(MOST_STOPS):
            stop = self._tab(back=back)
            if stop is None and back and not stops:
                continue  # out of the page at its beginning, and in again at its end
            if stop is None or stop["isAround"]:
                return stops
            if stop["named"] not in stops[-1:]:
                stops.append(stop["named"])
        raise AssertionError(f"{self.page.url} is a trap: {stops[-5:]}")

    def to(self, target: Locator) -> None:
        for _ in range(MOST_STOPS):
            if target.evaluate("each => each.contains(document.activeElement)"):
                return
            self.tab()
        raise AssertionError(f"{target} cannot be reached on {self.page.url}")

    def press(self, words: str) -> None:
        """A button that sends, or a link that looks like one."""
        self.go(self.page.get_by_role("button", name=words, exact=True).first)

    def follow(self, words: str) -> None:
        self.go(self.page.get_by_role("link", name=words, exact=True).first)

    def turn_to(self, place: str) -> None:
        """By the navigation, which on a phone unfolds."""
        menu = self.page.get_by_role("button", name="Menu", exact=True)
        if menu.is_visible():
            self.to(menu)
            self.page.keyboard.press("Enter")
        navigation = self.page.get_by_role("navigation")
        self.go(navigation.get_by_role("link", name=place, exact=True))

    def go(self, target: Locator) -> None:
        self.to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill_in(self, answers: Mapping[str, str], within: str | None = None) -> None:
        """By the words that stand at each question; `within` names the group that they are in."""
        place = self.page.locator("body")
        if within is not None:
            place = place.get_by_role("group", name=within, exact=True)
        for question, answer in answers.items():
            group = place.get_by_role("group", name=question, exact=True)
            if group.count():
                self.choose(group, answer)
            else:
                self.write(place.get_by_label(question, exact=True), answer)

    def choose(self, group: Locator, answer: str) -> None:
        """A radio by the arrows, as only one of them is a stop."""
        wanted = group.get_by_label(answer, exact=True)
        if wanted.get_attribute("type") == "checkbox":
            self.to(wanted)
            self.page.keyboard.press("Space")
        else:
            self.to(group)
            self.page.keyboard.press("Space")
            for _ in range(group.get_by_role("radio").count()):
                if wanted.evaluate("each => each === document.activeElement"):
                    break
                self.page.keyboard.press("ArrowDown")
        assert wanted.is_checked()

    def write(self, field: Locator, answer: str) -> None:
        self.to(field)
        if field.evaluate("each => each.tagName") == "SELECT":
            self._choose_from(field, answer)
        elif field.get_attribute("type") == "date":
            self._write_day(field, date.fromisoformat(answer))
        else:
            self.page.keyboard.type(answer)

    def _write_day(self, field: Locator, day: date) -> None:
        """Which part comes first is for the browser to say."""
        for order in ("%d%m%Y", "%m%d%Y"):
            for _ in range(3):
                self.page.keyboard.press("ArrowLeft")
            self.page.keyboard.type(f"{day:{order}}")
            if field.input_value() == str(day):
                return
        raise AssertionError(f"{day} could not be written")

    def _choose_from(self, field: Locator, answer: str) -> None:
        for _ in range(field.locator("option").count()):
            if field.evaluate("each => each.selectedOptions[0].label") == answer:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{answer} is not in the list")
