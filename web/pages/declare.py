"""The pages to declare: choose the kind, answer, check the answers, send; and what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from register.acts.declaring import unsaid_service
from register.acts.entering import is_entered_for_others
from register.acts.photographing import room
from register.deadlines import LONDON
from register.declarations.declaration import Declaration
from register.declarations.names import ToldBy
from register.declarations.on_behalf import in_what_way
from register.errors import FieldError, InvalidError, LimitedError, NotFoundError
from register.kinds import all_kinds, answers_in, grouped, only_way
from register.kinds.kind import Asked, Kind
from register.ruling.previewing import Preview
from register.standing.acting import check_is_worker
from web.forms.at_risk import at_risk, at_risk_with
from web.forms.declared import to_do_now
from web.forms.declaring import (
    SERVICE,
    asked_of,
    form_with,
    is_for_another,
    late_question,
    teller,
)
from web.forms.questions import Question, answered, filled, is_pointless
from web.forms.references import as_listed, at_services, is_listed, recent, suggested
from web.requests.visit import Visit, to

RECENT = "recent"
"""The field in which one of the service users whom a worker last declared about is chosen."""
ENTERED = "entering"
"""What the address says of the page to which it leads once it is entered."""


def _address(visit: Visit) -> str:
    """The address of the form."""
    kind = visit.path["kind"]
    return f"/on-behalf/{teller(visit).id}/{kind}" if is_for_another(visit) else f"/declare/{kind}"


def _references(visit: Visit) -> dict[str, str | None]:
    if is_for_another(visit):
        return at_services(visit, teller(visit).services)
    return {} if visit.is_limited else suggested(visit)


def _in_whose_name(visit: Visit, body: dict[str, Any]) -> dict[str, Any]:
    """The name of the worker for whom it is entered, and how they told it, as far as that is
    said."""
    if not is_for_another(visit):
        return {"in_name_of": None}
    return {"in_name_of": visit.register.read.name(teller(visit).id), "how_told": _how(body)}


def _how(body: dict[str, Any]) -> str:
    try:
        told_on = date.fromisoformat(str(body.get("told_on")))
        return in_what_way(ToldBy(str(body.get("told_by"))), told_on)
    except ValueError:  # the answers are not those yet that the form wants
        return ""


def choose(visit: Visit) -> Response:
    """Choose the kind. The page says first whom to call when somebody is at risk now."""
    return visit.page("declare_choose.html", "Declare", back="/", groups=grouped(all_kinds()))


def ask(visit: Visit) -> Response:
    return _form(visit, _kind(visit), str(uuid4()), _at_first(visit))


def _at_first(visit: Visit) -> dict[str, Any]:
    return {"happened_on": visit.today.isoformat()}


def check(visit: Visit) -> Response:
    """Show the answers to be checked; or, if there are errors, the form again."""
    kind, declaration = _kind(visit), str(visit.form.get("id", ""))
    asked = asked_of(visit)
    body = _body(visit, asked)
    if "prefill" in visit.form:  # sent by another page, with some of the answers
        values = {**_at_first(visit), **body}
        return _form(visit, kind, str(uuid4()), values, is_prefilled=True)
    try:
        preview = visit.register.preview(visit.by, body)
        _check_service_is_said(visit, kind, body)
    except InvalidError as error:
        return _form(visit, kind, declaration, body, error.errors)
    if "change" in visit.form:
        return _form(visit, kind, declaration, body)
    return visit.page(
        "declare_check.html",
        "Check your answers",
        kind=kind,
        address=_address(visit),
        declaration=declaration,
        **_in_whose_name(visit, body),
        answers=filled(
            [each for each in _shown(visit, kind, body) if not is_pointless(each, visit.form)],
            _as_meant(body, preview),
        ),
        fields=list(visit.form.multi_items()),
        service=visit.directory.services[preview.service].name,
        elsewhere=_elsewhere(visit, preview),
        only_way=_only_way(visit.path["kind"], preview.ruling.outcomes, body["details"]),
        sees=[(visit.register.read.name(each), _is(visit, each)) for each in preview.sees],
        at_risk=at_risk_with(visit, visit.path["kind"], preview.ruling.flags, preview.service),
        late=preview.ruling.late,
        source=preview.ruling.source,
        clause=visit.register.clause_in_words(preview.ruling.source),
        is_known=visit.is_limited or not body.get("service_user") or _is_known(visit, body),
        late_question=filled(late_question(visit.path["kind"]), body)[0],
    )


def _as_meant(body: dict[str, Any], preview: Preview) -> dict[str, Any]:
    """The answers, with whom they are about by their id, where they name somebody by a role."""
    about = {} if preview.subject is None else {"subject": preview.subject}
    return {**body, "details": {**body["details"], **about}}


def _elsewhere(visit: Visit, preview: Preview) -> str | None:
    """Why it goes to another service than the worker's own; None where it does not."""
    own = teller(visit).services
    if not own or preview.service in own:
        return None
    there = visit.directory.services[preview.service]
    if there.director not in {each.person for each in preview.ruling.tells}:
        whose = "their" if is_for_another(visit) else "your"
        return f"This person is at {there.name}: it is declared there, not at {whose} service."
    director = visit.first_name(there.director)
    return f"This person is at {there.name}: it goes to {director} there."


def _only_way(kind: str, outcomes: Sequence[str], details: dict[str, Any] | None) -> str:
    answers = answers_in(kind, details)
    return only_way(kind, outcomes, answers) if answers else ""


def _is(visit: Visit, person: str) -> str:
    """What somebody is to the worker who would be read by them."""
    directory, worker = visit.directory, teller(visit)
    directs = sorted(directory.services[each].name for each in directory.directs(person))
    whose, you = ("their", "them") if is_for_another(visit) else ("your", "you")
    does = {
        f"{whose} line manager": person == worker.line_manager,
        f"a line manager above {you}": person in islice(directory.line_above(worker.id), 1, None),
        f"service director of {' and '.join(directs)}": bool(directs),
        "an auditor": directory.people[person].audits(directory.today),
    }
    return ", ".join(words for words, is_so in does.items() if is_so)


def _is_known(visit: Visit, body: dict[str, Any]) -> bool:
    """Whether the directory knows the service user, and so the service."""
    return not visit.is_limited and is_listed(visit, body.get("service_user"))


def _check_service_is_said(visit: Visit, kind: Kind, body: dict[str, Any]) -> None:
    if _asks_service(visit, kind, body) and "service" not in body:
        raise InvalidError([unsaid_service(body.get("service_user"))])


def _asks_service(visit: Visit, kind: Kind, body: dict[str, Any]) -> bool:
    """Whether only the worker can say which service it was at: they have not exactly one, and the
    service user, where the kind asks for one, is not known."""
    can_say = kind.service_user is not Asked.REQUIRED or bool(body.get("service_user"))
    return len(teller(visit).services) != 1 and can_say and not _is_known(visit, body)


def send(visit: Visit) -> Response:
    kind, declaration = _kind(visit), str(visit.form.get("id", ""))
    body = _body(visit, [*asked_of(visit), *late_question(visit.path["kind"])])
    try:
        declared = visit.register.declare(visit.by, declaration, body)
    except InvalidError as error:
        return _form(visit, kind, declaration, body, error.errors)
    if is_for_another(visit):
        return to(f"/declarations/{declared.state.id}?done={ENTERED}")
    return to(f"/declarations/{declared.state.id}/sent")


def sent(visit: Visit) -> Response:
    declaration = visit.register.read.declaration(visit.by, visit.path["id"])
    if visit.is_limited:
        return visit.page("declare_sent_limited.html", "Your declaration is in the register")
    check_is_worker(visit.register.situation(visit.by, declaration), "see this page")
    return visit.page(
        "declare_sent.html",
        "Your declaration is in the register",
        declaration=declaration,
        move=visit.whose_move(declaration),
        told=[visit.called(told.person, declaration) for told in declaration.ruling.tells],
        clause=visit.register.clause_in_words(declaration.ruling.source),
        only_way=_only_way(declaration.kind, declaration.ruling.outcomes, declaration.details),
        to_do_now=to_do_now(visit, declaration),
        at_risk=at_risk(visit, declaration),
        asks=_asks_once_sent(visit, declaration),
        conduct=visit.register.situation(visit.by, declaration).advice,
        room=room(declaration),
    )


def _asks_once_sent(visit: Visit, declaration: Declaration) -> str:
    """What the worker is asked now; empty for a kind that asks nothing."""
    move = visit.whose_move(declaration)
    whoever = visit.called(move.person, declaration) if move and move.person else "whoever reads it"
    return all_kinds()[declaration.kind].asks_once_sent.format(whoever=whoever)


def _kind(visit: Visit) -> Kind:
    kind = all_kinds().get(visit.path["kind"])
    if kind is None:
        raise NotFoundError("There is no such kind of declaration.")
    if visit.is_limited and kind.names_subject:
        raise LimitedError
    if is_for_another(visit) and not is_entered_for_others(visit.path["kind"]):
        raise NotFoundError("Nobody can enter this for somebody else.")
    return kind


def _shown(visit: Visit, kind: Kind, body: dict[str, Any]) -> list[Question]:
    """Those of the questions that the page shows."""
    asked = asked_of(visit)
    asks_service = _asks_service(visit, kind, body)
    return [each for each in asked if each.name != SERVICE or asks_service]


def _body(visit: Visit, asked: Sequence[Question]) -> dict[str, Any]:
    """The body from the form. Unless a phone says when it saved it, it is captured now."""
    body = answered(asked, visit.form)
    reference = _reference(visit, body.get("service_user"))
    if reference is not None:
        body["service_user"] = reference
    now = visit.register.now().astimezone(LONDON)
    captured = str(visit.form.get("captured_at", "")) or now.isoformat(timespec="seconds")
    for_whom = {"on_behalf_of": teller(visit).id} if is_for_another(visit) else {}
    kind = visit.path["kind"]
    return {"kind": kind, "captured_at": captured, "details": {}, **body, **for_whom}


def _form(
    visit: Visit,
    kind: Kind,
    declaration: str,
    values: dict[str, Any],
    errors: Sequence[FieldError] = (),
    *,
    is_prefilled: bool = False,
) -> Response:
    now = visit.register.now().astimezone(LONDON)
    return visit.page(
        "declare_form.html",
        kind.title,
        status=422 if errors else 200,
        declaration=declaration,
        captured_at=values.get("captured_at", now.isoformat(timespec="seconds")),
        references=_references(visit),
        recent={} if visit.is_limited or is_for_another(visit) else recent(visit),
        **_in_whose_name(visit, values),
        service=_service(visit),
        is_prefilled=is_prefilled,
        **{
            **form_with(visit.path["kind"], _shown(visit, kind, values), values, errors),
            "address": _address(visit),
            "back": _address(visit).rpartition("/")[0],
        },
    )


def _service(visit: Visit) -> str | None:
    """The name of the worker's service, if they have just one."""
    own = teller(visit).services
    return visit.directory.services[own[0]].name if len(own) == 1 else None


def _reference(visit: Visit, written_down: str | None) -> str | None:
    """The reference that was written down, as it is listed; or the one that was chosen among the
    recent ones."""
    if visit.is_limited:
        return written_down
    if not written_down:
        if is_for_another(visit):
            return None
        chosen = str(visit.form.get(RECENT, ""))
        return chosen if chosen in recent(visit) else None
    return as_listed(visit, written_down)
