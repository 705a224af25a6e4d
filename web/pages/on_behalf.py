"""Entering what a worker told somebody: who told it, and what; then the form of its kind."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from register.acts.confirming import confirm
from register.acts.entering import check_may_enter, is_entered_for_others
from register.kinds import all_kinds, grouped
from register.standing.entering import enters_for
from web.forms import declared
from web.forms.act_form import FilledForm, form_of
from web.pages import declare
from web.requests.visit import Visit

PATH = "/on-behalf"
ONE = PATH + "/{worker}"
KIND = ONE + "/{kind}"


def choose(visit: Visit) -> Response:
    names = {each: visit.register.read.name(each) for each in enters_for(visit.by, visit.directory)}
    people = dict(sorted(names.items(), key=lambda item: item[1].casefold()))
    return visit.page("on_behalf.html", "Enter what somebody told you", back="/team", people=people)


def _theirs(show: Callable[[Visit], Response]) -> Callable[[Visit], Response]:
    """A page for whoever may enter something for the worker whom the address names."""

    def shown(visit: Visit) -> Response:
        check_may_enter(visit.by, visit.path["worker"], visit.directory)
        return show(visit)

    return shown


def _choose_kind(visit: Visit) -> Response:
    kinds = [name for name in all_kinds() if is_entered_for_others(name)]
    name = visit.register.read.name(visit.path["worker"])
    is_more = len(kinds) < len(all_kinds())
    return visit.page(
        "on_behalf_kinds.html", f"For {name}", back=PATH, groups=grouped(kinds), is_more=is_more
    )


choose_kind = _theirs(_choose_kind)
ask, check, send = _theirs(declare.ask), _theirs(declare.check), _theirs(declare.send)


def _beside(form: FilledForm) -> dict[str, object]:
    answers = declared.answers_in(form.situation.declaration, form.visit.register.read.name)
    return {"answers": answers}


CONFIRM = form_of(confirm, template="confirm.html", beside=_beside)
