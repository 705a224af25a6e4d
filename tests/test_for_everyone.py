"""Every page for those who need large text, colours of their own, no movement, or paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.chromium import PHONE, Size, Windows
from tests.sights import PEOPLE, Scene, Sight, of

if TYPE_CHECKING:
    from playwright.sync_api import Page

every_person = pytest.mark.parametrize("person", PEOPLE)

WIDTH, HEIGHT = PHONE
HALF: Size = (WIDTH // 2, HEIGHT // 2)
"""What is left of a phone's screen where everything is shown at 200 %."""
TWICE = {"standard": 32, "fixed": 26}
"""The browser's own text size, doubled; the pages' sizes are in rem."""

IS_TWICE = """() => getComputedStyle(document.documentElement).fontSize === "32px" ? []
  : ["the text is not at twice its size"]"""

# Text that runs into other text, or out of what holds it.
CROWDED = """() => {
  const hidden = (each) => !each.checkVisibility({visibilityProperty: true, opacityProperty: true})
    || each.closest("[class*='visually-hidden'], .govuk-skip-link, option, script, style");
  const lines = [], wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, range = document.createRange();
    if (!text.data.trim() || hidden(text.parentElement)) continue;
    range.selectNodeContents(text);
    for (const box of range.getClientRects())
      if (box.width > 1 && box.right > 0) lines.push({text, box});
  }
  const overlap = (a, b) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return wide > 2 && high > Math.min(a.height, b.height) / 3;
  };
  for (const [index, one] of lines.entries())
    for (const other of lines.slice(index + 1))
      if (one.text !== other.text && overlap(one.box, other.box))
        wrong.push(`over each other: ${one.text.data.trim()} / ${other.text.data.trim()}`);
  for (const each of document.querySelectorAll("body *")) {
    const {overflowX, overflowY, textOverflow} = getComputedStyle(each);
    const cuts = (overflow) => overflow === "hidden" || overflow === "clip";
    if (hidden(each) || !each.innerText) continue;
    const isCut = cuts(overflowX) && each.scrollWidth > each.clientWidth + 1
      || cuts(overflowY) && each.scrollHeight > each.clientHeight + 1;
    if (isCut) wrong.push(`cut off: ${each.outerHTML.slice(0, 120)}`);
  }
  return wrong;
}"""

TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .filter((each) => !each.closest(".app-scroll"))
    .map((each) => "too wide: " + each.outerHTML.slice(0, 120))"""

WITHOUT_COLOURS = """() => {
  const wrong = [], shown = (each) => each.checkVisibility({visibilityProperty: true});
  const ring = (of, part) => {
    const style = getComputedStyle(of, part);
    return style.outlineStyle === "none" ? "none" : style.outline;
  };
  const looks = (each) =>
    ring(each) + (each.labels && each.labels[0] ? ring(each.labels[0], "::before") : "");
  const stops = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  for (const each of document.querySelectorAll(stops)) {
    if (!shown(each) || each.type === "hidden") continue;
    each.blur();
    const before = looks(each);
    each.focus();
    if (looks(each) === before) wrong.push(`unseen: ${each.outerHTML.slice(0, 120)}`);
    each.blur();
  }
  for (const each of document.querySelectorAll(".govuk-button, .app-card, .app-panel")) {
    const {borderBottomStyle, borderBottomWidth} = getComputedStyle(each);
    if (borderBottomStyle === "none" || parseFloat(borderBottomWidth) < 1)
      wrong.push(`without an edge: ${each.outerHTML.slice(0, 120)}`);
  }
  const colours = new Map();
  for (const tag of document.querySelectorAll(".govuk-tag")) {
    const words = tag.innerText.trim(), colour = colours.get(words) ?? tag.className;
    if (!words || colour !== tag.className) wrong.push(`told apart by colour: ${tag.outerHTML}`);
    colours.set(words, tag.className);
  }
  return wrong;
}"""

MOVING = """() => ["", "::before", "::after"].flatMap((part) =>
  [...document.querySelectorAll("*")].filter((each) => {
    const style = getComputedStyle(each, part || null);
    const seconds = `${style.transitionDuration}, ${style.animationDuration}`.split(",");
    return seconds.some((each) => parseFloat(each) > 0.01) || style.scrollBehavior === "smooth";
  }).map((each) => each.outerHTML.slice(0, 120) + part))"""

# Controls that can be seen, and words that are too faint where no background is printed.
ON_PAPER = """() => {
  const shown = (each) => each.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && !each.closest("[class*='visually-hidden']");
  const controls = "nav, form, button, input, select, textarea, [role='button'], " +
    ".govuk-service-navigation, .govuk-back-link, .govuk-skip-link, .app-banner--demo";
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255)
      .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = (each) => 1.05 / (light(getComputedStyle(each).color) + 0.05) < 4.5;
  const says = (each) => [...each.childNodes].some((node) => node.nodeType === 3
    && node.data.trim());
  return [
    ...[...document.querySelectorAll(controls)].filter(shown)
      .map((each) => `of no use on paper: ${each.outerHTML.slice(0, 120)}`),
    ...[...document.querySelectorAll("body *")].filter(shown).filter(says).filter(faint)
      .map((each) => `faint: ${each.outerHTML.slice(0, 120)}`),
  ];
}"""


def found_on(page: Page, sights: list[Sight], *looks: str) -> dict[str, Any]:
    """What is wrong on each of these pages."""
    found = {}
    for sight in sights:
        sight.show(page)
        found[sight.name] = [wrong for look in looks for wrong in page.evaluate(look)]
    return {name: wrong for name, wrong in found.items() if wrong}


def somebody(person: str) -> str | None:
    return None if person == "None" else person


@pytest.mark.timeout(300)
@every_person
def test_at_twice_the_size_nothing_is_cut_off_or_covered(
    windows: Windows, sights: list[Sight], person: str
) -> None:
    page = windows.open(somebody(person), HALF)
    assert found_on(page, of(person, sights), CROWDED, TOO_WIDE) == {}


@pytest.mark.timeout(300)
@every_person
def test_with_text_alone_at_twice_the_size_too(
    windows: Windows, sights: list[Sight], person: str
) -> None:
    page = windows.open(somebody(person))
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": TWICE})
    assert found_on(page, of(person, sights), IS_TWICE, CROWDED, TOO_WIDE) == {}
    session.detach()


@pytest.mark.timeout(300)
@every_person
def test_in_colours_of_their_own_all_is_told_apart_and_without_movement_nothing_moves(
    windows: Windows, sights: list[Sight], person: str
) -> None:
    """Focus, edges of buttons and states; both are asked for at once, to open each page once."""
    page = windows.open(somebody(person))
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    assert found_on(page, of(person, sights), WITHOUT_COLOURS, MOVING) == {}


PRINTED = (
    "declaration-returned",
    "declaration-acknowledged",
    "declaration-as-at",
    "register",
    "register-filtered",
    "people-as-at",
    "compared",
    "entry",
    "sent",
)


@pytest.mark.parametrize("name", PRINTED)
def test_on_paper_there_is_what_was_said_and_nothing_to_press(
    windows: Windows, scene: Scene, name: str
) -> None:
    sight = next(each for each in scene.sights() if each.name == name)
    page = windows.open(sight.person)
    sight.show(page)
    page.emulate_media(media="print")
    assert page.evaluate(ON_PAPER) == []
    for line in page.locator(".app-history li, main h1").all():
        assert line.inner_text().strip()
        assert line.is_visible()
