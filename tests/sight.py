"""A page as somebody sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass(frozen=True)
class Sight:
    """A page as one person sees it; `name` is also what a picture of it is called."""

    name: str
    person: str | None
    path: str
    send: str | None = None
    """A button that is pressed first: the page is then what comes of it, with nothing filled in."""
    then: Callable[[Page], None] | None = None
    """What is done first: the page is then where that leads."""

    def show(self, page: Page, *, unfolded: bool = True) -> None:
        page.goto(self.path)
        if unfolded or self.send or self.then:
            unfold(page)
        if self.send is not None:
            page.get_by_role("button", name=self.send, exact=True).click()
            page.locator(".govuk-error-summary").wait_for()
        if self.then is not None:
            self.then(page)
            if unfolded:
                unfold(page)


def unfold(page: Page) -> None:
    folded = page.locator("details:not([open]) > summary")
    while folded.count():
        folded.first.click()
