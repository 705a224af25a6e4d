"""The form of an act on a declaration: it is shown, sent, and shown again with its errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from register.acts.act import Act
from register.acts.situation import Situation
from register.declarations.declaration import Declaration
from register.errors import ConflictError, FieldError, InvalidError
from web.forms.questions import Question, answered, filled, questions, summary
from web.requests.visit import Visit, position, to

CHECK, CHANGE = "check", "change"
"""The fields of a form that is to be checked first, and of the button that leads back to it."""
Asks = Callable[[Visit, Situation], list[Question]]


@dataclass(frozen=True)
class FilledForm:
    """A form with what somebody has filled in, and the errors in it."""

    visit: Visit
    situation: Situation
    asked: Sequence[Question]
    body: dict[str, Any]
    errors: Sequence[FieldError] = ()

    @property
    def questions(self) -> list[Question]:
        return filled(self.asked, self.body, self.errors)


def all_of(act: Act[Any]) -> Asks:
    """Asks all questions of the model that reads the act's body."""

    def asks(visit: Visit, situation: Situation) -> list[Question]:
        return questions(act.body(act, situation))

    return asks


def _one_that_may_be_seen(visit: Visit) -> Declaration:
    return visit.register.read.declaration(visit.by, visit.path["id"])


def _nothing(about: Situation | FilledForm) -> dict[str, Any]:
    return {}


def _as_it_is(_visit: Visit, body: dict[str, Any], _situation: Situation) -> dict[str, Any]:
    return body


def _as_refused(form: FilledForm) -> Sequence[FieldError]:
    return form.errors


@dataclass(frozen=True, kw_only=True)
class ActForm:
    """An act as a page: questions and a button."""

    act: Act[Any]
    """It refuses before anything is filled in what it would refuse afterwards."""
    asks: Asks
    """Gives the questions, which may depend on the situation."""
    about: Callable[[Visit], Declaration] = _one_that_may_be_seen
    """Gives the declaration that the act is about."""
    begins: Callable[[Situation], dict[str, Any]] = _nothing
    """Gives what is filled in already when the form is first shown."""
    tidy: Callable[[Visit, dict[str, Any], Situation], dict[str, Any]] = _as_it_is
    """Makes the body for the register from what was filled in."""
    refuses: Callable[[FilledForm], Sequence[FieldError]] = _as_refused
    """Gives what the form itself refuses before the register is asked."""
    wrong: Callable[[FilledForm], Sequence[FieldError]] = _as_refused
    """Gives all errors to show after the register refused the body."""
    title: Callable[[Visit, Situation], str] | None = None
    """Gives the title, if the act's own does not fit every situation."""
    template: str = "act.html"
    beside: Callable[[FilledForm], dict[str, Any]] = _nothing
    """Gives the further values that the template shows."""
    again: str | None = None
    """The name of a button that only shows the form again, with one row more."""
    follows: Callable[[FilledForm, Sequence[Any]], dict[str, Any]] | None = None
    """Gives what a page shows of what would follow; without this nothing is checked before it is
    sent."""
    back: str = "/declarations/{id}"
    done: str = "/declarations/{id}?done={act}"
    """The address after the act: a page that says that it was done."""

    @property
    def sends_seen(self) -> bool:
        """Whether the act is told how far the person has looked."""
        return all("seen" in body.model_fields for body in self.act.bodies)

    def ask(self, visit: Visit) -> Response:
        situation = self._situation(visit)
        self.act.check(situation)
        asked = self.asks(visit, situation)
        return self._page(FilledForm(visit, situation, asked, self.begins(situation)))

    def send(self, visit: Visit) -> Response:
        """Carry out the act. If there are errors, show the form again with all that was filled in.

        Sends the browser to `done` afterwards.
        """
        form = self._filled(visit)
        if self.again is not None and self.again in visit.form:
            return self._page(form)
        declaration, part = form.situation.declaration, form.situation.part
        if CHANGE in visit.form:
            return self._page(form)
        errors = self.refuses(form)
        if errors:
            return self._page(replace(form, errors=errors), 422)
        try:
            if self.follows is not None and CHECK in visit.form:
                return self._check(form, self.follows)
            visit.register.act(self.act, visit.by, str(declaration.id), form.body, part)
        except InvalidError as error:
            form = replace(form, errors=error.errors)
            return self._page(replace(form, errors=self.wrong(form)), 422)
        except ConflictError as error:
            return self._page(replace(form, errors=[FieldError("", str(error))]), 409)
        if declaration.is_restricted and not self._is_still_seen(visit, declaration):
            return to("/")
        return to(self.done.format(id=declaration.id, act=self.act.name))

    def _check(
        self, form: FilledForm, follows: Callable[[FilledForm, Sequence[Any]], dict[str, Any]]
    ) -> Response:
        """What would be done, in words. Nothing is done yet; raises what would be refused."""
        said = self.act(form.situation, form.body)
        fields = [each for each in form.visit.form.multi_items() if each[0] != CHECK]
        return form.visit.page(
            "check_act.html",
            "Check before you send",
            act=self.act,
            declaration=form.situation.declaration,
            fields=fields,
            answers=filled(form.asked, form.body),
            **follows(form, said),
        )

    def _is_still_seen(self, visit: Visit, declaration: Declaration) -> bool:
        """Whoever acts may be alone to see it, and only as long as they must act."""
        return visit.register.audit.is_seen(visit.by, str(declaration.id))

    def _situation(self, visit: Visit) -> Situation:
        part = self.act.part_in(visit.path)
        return visit.register.situation(visit.by, self.about(visit), part)

    def _filled(self, visit: Visit) -> FilledForm:
        situation = self._situation(visit)
        asked = self.asks(visit, situation)
        body = self.tidy(visit, answered(asked, visit.form), situation)
        seen = position(str(visit.form.get("seen", "")))
        if self.sends_seen and seen is not None:
            body["seen"] = seen
        return FilledForm(visit, situation, asked, body)

    def _page(self, form: FilledForm, status: int = 200) -> Response:
        declaration = form.situation.declaration
        if self.about is _one_that_may_be_seen:
            form.visit.note_shown([declaration])
        shown = {
            "act": self.act,
            "words": self.act.words_for(form.situation),
            "declaration": declaration,
            "questions": form.questions,
            "errors": summary(form.questions, form.errors),
            "seen": declaration.position if self.sends_seen else None,
            "is_checked": self.follows is not None,
            "back": self.back.format(id=declaration.id),
            **self.beside(form),
        }
        title = self.title(form.visit, form.situation) if self.title else self.act.title
        return form.visit.page(self.template, title, status=status, **shown)


def form_of(act: Act[Any], **particular: Any) -> ActForm:
    """The form of an act, with what is particular to it."""
    return ActForm(**{"act": act, "asks": all_of(act), **particular})
