"""What somebody does on a page, before the page to which that leads is looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.server import CASES
from tests.usual import USUAL

if TYPE_CHECKING:
    from playwright.sync_api import Page


def going(act: Callable[[Page], None]) -> Callable[[Page], None]:
    """An act that leads to another page, which is waited for."""

    def goes(page: Page) -> None:
        with page.expect_navigation():
            act(page)

    return goes


SEND = """([path, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: path});
  for (const [name, value] of fields)
    form.append(Object.assign(document.createElement("input"), {name, value, type: "hidden"}));
  document.body.append(form);
  form.submit();
}"""


def sent(path: str, **fields: Any) -> Callable[[Page], None]:
    """A form that is sent with these answers, however its page asks for them."""
    said = [
        (name, each)
        for name, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return going(lambda page: page.evaluate(SEND, [path, said]))


def found(label: str, reference: str, button: str) -> Callable[[Page], None]:
    """What a service user's case reference leads to."""

    def find(page: Page) -> None:
        page.get_by_label(label, exact=True).fill(reference)
        page.get_by_role("button", name=button, exact=True).click()

    return going(find)


SEVERAL: dict[str, Any] = {
    "at_risk": "false",
    "asked": "yes",
    "what": ["out-of-hours-encounter.1", "gift.0", "boundary-difficulty.0"],
    "gift-0.form": "goods",
    "gift-0.token": "false",
    "gift-0.without_warning": "true",
}
"""A meeting, a gift and messages that go on, of which somebody asks whether to declare them."""


def decide_to_keep(page: Page) -> None:
    page.get_by_label("It may be kept", exact=True).check()
    page.get_by_label("Why?", exact=True).fill("A farewell present.")
    page.get_by_role("button", name="Decide", exact=True).click()


def gift(happened_on: date, reference: str) -> dict[str, Any]:
    """The fields of a gift's form."""
    details = {f"details.{name}": _as_field(value) for name, value in USUAL["gift"].items()}
    when = {"happened_on": str(happened_on), "captured_at": f"{datetime.now(UTC):{MOMENT}}"}
    return {**details, **when, "id": str(uuid4()), "service_user": reference}


def _as_field(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def uploaded(page: Page) -> None:
    """The cast's own files, with somebody new in them and a service that has changed."""
    files = {name: (CASES / f"{name}.csv").read_text(encoding="utf-8") for name in UPLOADED}
    files["people"] += "zoe,Zoe Lim,zoe@example.org,worker,ben,elm-house,\n"
    files["services"] = files["services"].replace("Elm House", "The Elms")
    for name, text in files.items():
        file = {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator(f'input[name="{name}"]').set_input_files(files=[file])
    page.get_by_role("button", name="See what would change").click()


UPLOADED = ("people", "services", "service_users")
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def _audits(page: Page) -> None:
    page.get_by_label("Auditor", exact=True).check()
    page.get_by_role("button", name="See what would change").click()


making_an_auditor = going(_audits)


def proposing_an_auditor(page: Page) -> None:
    making_an_auditor(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Propose this change").click()
