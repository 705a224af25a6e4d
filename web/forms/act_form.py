"""The form of an act on a declaration: asked, sent, and shown again with what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from register.acts.situation import Situation
from register.declarations.declaration import Declaration
from register.errors import ConflictError, FieldError, InvalidError
from web.forms.questions import Question, answered, filled, questions, summary
from web.requests.visit import Visit, to

Asks = Callable[[Visit, Situation], list[Question]]
Check = Callable[[Visit, Situation], None]


@dataclass(frozen=True)
class FilledForm:
    """As far as somebody has filled it in, and what is wrong with that."""

    visit: Visit
    situation: Situation
    asked: Sequence[Question]
    body: dict[str, Any]
    errors: Sequence[FieldError] = ()

    @property
    def questions(self) -> list[Question]:
        return filled(self.asked, self.body, self.errors)


def all_of(model: type[BaseModel]) -> Asks:
    """Asks whatever the model of a body has, in any situation."""

    def asks(visit: Visit, situation: Situation) -> list[Question]:
        return questions(model)

    return asks


def _one_that_may_be_seen(visit: Visit) -> Declaration:
    return visit.register.read.declaration(visit.by, visit.path["id"])


def _nothing(about: Situation | FilledForm) -> dict[str, Any]:
    return {}


def _as_it_is(body: dict[str, Any]) -> dict[str, Any]:
    return body


def _as_refused(form: FilledForm) -> Sequence[FieldError]:
    return form.errors


@dataclass(frozen=True, kw_only=True)
class ActForm:
    """An act as somebody does it on a page: they are asked, and press a button."""

    title: str
    button: str
    words: str | None = None
    """What stands above the questions."""
    asks: Asks
    """The questions, which may differ by the situation."""
    does: Callable[[Visit, dict[str, Any]], object]
    """What the register does with the body."""
    check: Check
    """Refuses what the rule would, before anything is filled in."""
    about: Callable[[Visit], Declaration] = _one_that_may_be_seen
    """The declaration that it is done with."""
    begins: Callable[[Situation], dict[str, Any]] = _nothing
    """What is filled in already when it is first shown."""
    tidy: Callable[[dict[str, Any]], dict[str, Any]] = _as_it_is
    """Makes the body that the register reads of what was filled in."""
    wrong: Callable[[FilledForm], Sequence[FieldError]] = _as_refused
    """Everything that is wrong where the register refused the body."""
    template: str = "act.html"
    beside: Callable[[FilledForm], dict[str, Any]] = _nothing
    """What else is shown."""
    back: str = "/declarations/{id}"
    done: str = "/declarations/{id}?done=yes"
    """Where it leads: to a page that says that it was done."""

    def ask(self, visit: Visit) -> Response:
        situation = self._situation(visit)
        self.check(visit, situation)
        asked = self.asks(visit, situation)
        return self._page(FilledForm(visit, situation, asked, self.begins(situation)))

    def send(self, visit: Visit) -> Response:
        """Carry it out; on a mistake the form again, with nothing lost."""
        form = self._filled(visit)
        try:
            self.does(visit, form.body)
        except InvalidError as error:
            form = replace(form, errors=error.errors)
            return self._page(replace(form, errors=self.wrong(form)), 422)
        except ConflictError as error:
            return self._page(replace(form, errors=[FieldError("", str(error))]), 409)
        return to(self.done.format(id=form.situation.declaration.id))

    def keep(self, visit: Visit) -> Response:
        """The form again, with what was filled in so far."""
        return self._page(self._filled(visit))

    def _situation(self, visit: Visit) -> Situation:
        return visit.register.situation(visit.by, self.about(visit))

    def _filled(self, visit: Visit) -> FilledForm:
        situation = self._situation(visit)
        asked = self.asks(visit, situation)
        return FilledForm(visit, situation, asked, self.tidy(answered(asked, visit.form)))

    def _page(self, form: FilledForm, status: int = 200) -> Response:
        declaration = form.situation.declaration
        shown = {
            "act": self,
            "words": self.words,
            "declaration": declaration,
            "questions": form.questions,
            "errors": summary(form.questions, form.errors),
            "back": self.back.format(id=declaration.id),
            **self.beside(form),
        }
        return form.visit.page(self.template, self.title, status=status, **shown)
