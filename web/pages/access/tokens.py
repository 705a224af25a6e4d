"""The page of a person's own tokens: make one, which is shown once; end one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from register.access.token_holders import NewToken
from register.access.tokens import Scope
from register.declarations.names import Role
from register.errors import FieldError, InvalidError
from web.forms.questions import Question, answered, filled, summary
from web.requests.going_back import shown_once
from web.requests.token_asked import asked_for
from web.requests.visit import Visit, to

PATH = "/account/tokens"
FOR: dict[str, str] = {
    Scope.READ: "See what you may see",
    Scope.DECLARE: "Declare in your name",
    Scope.ACT: "Act in your name on what others declare",
    Scope.SCIM: "Change people, from another system (SCIM)",
}
"""What a token is for, in words."""


def show(visit: Visit) -> Response:
    return _page(visit, {})


def make(visit: Visit) -> Response:
    """Make a token. The page that shows it is the only place where it ever stands."""
    body = answered(_questions(visit), visit.form)
    try:
        wanted = asked_for(visit.by, body)
        (token,) = visit.register.tokens.make(visit.by, [wanted])
    except InvalidError as error:
        return _page(visit, body, error.errors)
    return shown_once(
        visit.page(
            "token_made.html", "Your new token", back=PATH, token=token, wanted=_said(wanted)
        )
    )


def end(visit: Visit) -> Response:
    visit.register.tokens.end(visit.by, visit.by, str(visit.form.get("token", "")))
    return to(PATH)


def _said(wanted: NewToken) -> list[str]:
    return [FOR[each] for each in Scope if each in wanted.scopes]


def _page(visit: Visit, body: dict[str, Any], errors: Sequence[FieldError] = ()) -> Response:
    asked = filled(_questions(visit), body, errors)
    return visit.page(
        "tokens.html",
        "Tokens",
        status=422 if errors else 200,
        back="/account",
        tokens=visit.register.tokens.of(visit.by),
        scopes=FOR,
        services=visit.directory.services,
        questions=asked,
        errors=summary(asked, errors),
        end_at=f"{PATH}/end",
    )


def _questions(visit: Visit) -> list[Question]:
    scopes = [each for each in FOR if each is not Scope.SCIM or Role.ADMINISTRATOR in visit.roles]
    services = {each: found.name for each, found in sorted(visit.directory.services.items())}
    return [
        Question("name", "What is it for?", "Such as: the rota on the office computer", "line"),
        Question("scopes", "What may it do?", None, "choices", tuple(scopes), FOR),
        Question(
            "services",
            "At which services?",
            "Choose none for everything that you may see.",
            "choices",
            tuple(services),
            services,
            is_optional=True,
        ),
        Question(
            "until",
            "On which day does it end?",
            "In a year at the latest, and if you leave this empty.",
            "date",
            is_optional=True,
        ),
    ]
