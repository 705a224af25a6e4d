"""The operation of every act on a declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from register.acts.act import Act
from register.acts.lifting import lift
from register.declarations.declaration import Declaration
from register.register import Register
from web.api.calls import Call
from web.api.representation import (
    DeclarationView,
    ExclusionView,
    json_response,
    lifted_exclusion,
)
from web.api.views import view_of


@dataclass(frozen=True)
class Answer:
    """What a call is answered with: its type, and how it is made from the declaration."""

    view: type
    of: Callable[[Register, Declaration], Any]
    has_words: bool = True


def _as_lifted(_register: Register, declaration: Declaration) -> ExclusionView:
    return lifted_exclusion(declaration)


WITH_THE_DECLARATION = Answer(DeclarationView, view_of)
PARTICULAR = {lift.name: Answer(ExclusionView, _as_lifted, has_words=False)}
"""The acts whose answer is not the declaration. Whoever lifts an exclusion may not be allowed to
see it."""


def answered(act: Act[Any]) -> Answer:
    return PARTICULAR.get(act.name, WITH_THE_DECLARATION)


def doing(act: Act[Any]) -> Callable[[Call], Response]:
    """The handler of an act, under the name of its operation."""
    answer = answered(act)

    def handler(call: Call) -> Response:
        part = act.part_in(call.path)
        after = call.register.act(act, call.by, call.path["id"], call.body, part)
        if answer.has_words:
            call.note_words([after])
        return json_response(answer.of(call.register, after))

    handler.__name__ = act.operation
    return handler
