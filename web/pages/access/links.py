"""Links by administrators: for one person, or as printed slips; and one's own, to stop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from starlette.responses import Response

from register.errors import FieldError, InvalidError, NotFoundError
from register.turns.linking import DAYS, LinkWanted, Made, needs_second
from web.forms.questions import answered, filled, questions, summary
from web.requests.going_back import shown_once
from web.requests.visit import Visit, to

FOR_ONE, SLIPS, OWN = "/people/{person}/link", "/people/slips", "/account/link"
SIGN_IN = "/sign-in/"
PIXELS = 3
"""The width of the smallest square of a code, on a slip that a phone reads."""


@dataclass(frozen=True)
class Slip:
    name: str
    address: str
    drawn: str
    """The address as a QR code: SVG."""
    made: Made


def ask(visit: Visit) -> Response:
    return _asking(visit, _person(visit))


def make(visit: Visit) -> Response:
    person = _person(visit)
    body = answered(questions(LinkWanted), visit.form)
    try:
        made = visit.register.linking.make(visit.by, person, body)
    except InvalidError as error:
        return _asking(visit, person, body, error.errors, 422)
    if made is None:
        return to(f"{visit.address}?done=proposed")
    return shown_once(
        visit.page(
            "link_made.html",
            "A link to sign in",
            back=f"/people/of/{person}",
            slip=_slip(visit, made),
        )
    )


def ask_for_slips(visit: Visit) -> Response:
    return _slips_page(visit)


def print_slips(visit: Visit) -> Response:
    body = answered(questions(LinkWanted), visit.form)
    try:
        made = visit.register.linking.slips(visit.by, body)
    except InvalidError as error:
        return _slips_page(visit, body, error.errors, 422)
    name = visit.register.read.name
    return shown_once(
        visit.page(
            "slips_print.html",
            "Slips to sign in with",
            back=SLIPS,
            slips=[_slip(visit, each) for each in made.made],
            without_number=[(each, name(each)) for each in made.without_number],
        )
    )


def own(visit: Visit) -> Response:
    return visit.page(
        "own_link.html",
        "A link that signs you in",
        back="/",
        link=visit.register.linking.pending(visit.by),
        name=visit.register.read.name,
        done=visit.query.get("done") == "stopped",
    )


def stop(visit: Visit) -> Response:
    visit.register.linking.stop(visit.by)
    return to(f"{OWN}?done=stopped")


def _person(visit: Visit) -> str:
    person: str = visit.path["person"]
    if not visit.directory.is_here(person):
        raise NotFoundError("There is nobody here with that id.")
    return person


def _asking(
    visit: Visit,
    person: str,
    body: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Response:
    asked = filled(questions(LinkWanted), body or {"days": DAYS}, errors)
    linking = visit.register.linking
    return visit.page(
        "link_form.html",
        f"A link that signs in {visit.register.read.name(person)}",
        status=status,
        back=f"/people/of/{person}",
        questions=asked,
        errors=summary(asked, errors),
        needs_second=needs_second(person, visit.directory),
        is_agreed=linking.is_agreed(visit.by, person),
        is_proposed=visit.query.get("done") == "proposed",
    )


def _slips_page(
    visit: Visit,
    body: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Response:
    asked = filled(questions(LinkWanted), body or {"days": DAYS}, errors)
    return visit.page(
        "slips_form.html",
        "Slips for workers who have never signed in",
        status=status,
        back="/people",
        questions=asked,
        errors=summary(asked, errors),
        count=len(visit.register.linking.never_came()),
    )


def _slip(visit: Visit, made: Made) -> Slip:
    address = f"{visit.origin}{SIGN_IN}{made.code}"
    drawn = segno.make_qr(address, error="m").svg_inline(scale=PIXELS, title="The same as a code")
    return Slip(visit.register.read.name(made.person), address, drawn, made)
