"""The ways in which every page is looked at, and what would be wrong with it.

Someone may have a small screen, large text, colours of their own, or paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.chromium import DESK, NARROWEST, PHONE, Size

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only how many rules a page keeps to: all that axe found would be as long as the page.
RUN = """rules =>
  axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})
    .then(({violations, passes}) => ({violations, passes: passes.length}))"""

WIDTH, HEIGHT = PHONE
HALF: Size = (WIDTH // 2, HEIGHT // 2)
"""What is left of a phone's screen where everything is shown at 200 %."""
USUAL_TEXT = {"standard": 16, "fixed": 13}
TWICE = {"standard": 32, "fixed": 26}
"""The browser's own text size, doubled; the pages' sizes are in rem."""
USUAL_MEDIA: dict[str, Any] = {"forced_colors": "none", "reduced_motion": "no-preference"}

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

SIDEWAYS = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  ["scrolls sideways", ...[...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .map((each) => each.outerHTML.slice(0, 120))]"""

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


def violations(page: Page) -> list[str]:
    """What axe finds."""
    # Evaluated, not added as a script: the Content-Security-Policy lets no such script in.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(RUN, STANDARD)
    assert found["passes"]
    return [
        f"{each['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def said_by(*scripts: str) -> Callable[[Page], list[str]]:
    return lambda page: [wrong for script in scripts for wrong in page.evaluate(script)]


@dataclass(frozen=True)
class Look:
    """A way of looking at a page; `find` gives what is wrong with it then."""

    name: str
    find: Callable[[Page], list[str]]
    size: Size = PHONE
    text: Mapping[str, int] = field(default_factory=lambda: USUAL_TEXT)
    media: Mapping[str, Any] = field(default_factory=dict)

    def put_on(self, page: Page, session: CDPSession) -> None:
        width, height = self.size
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(**{**USUAL_MEDIA, **self.media})
        session.send("Page.setFontSizes", {"fontSizes": self.text})


LOOKS = (
    Look("axe on a phone", violations),
    Look("on the narrowest", said_by(SIDEWAYS), NARROWEST),
    Look("at twice the size", said_by(CROWDED, TOO_WIDE), HALF),
    Look("text alone at twice the size", said_by(IS_TWICE, CROWDED, TOO_WIDE), text=TWICE),
    Look(
        "in colours of their own and without movement",
        said_by(WITHOUT_COLOURS, MOVING),
        media={"forced_colors": "active", "reduced_motion": "reduce"},
    ),
)
AXE_AT_A_DESK = Look("axe at a desk", violations, DESK)
"""For `make test-long`: what it finds there it would hardly miss on a phone."""
