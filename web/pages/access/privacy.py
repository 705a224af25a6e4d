"""What is kept about people here, why, who sees it, for how long, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from register.declarations.names import Role, SeenBy
from register.ruling.readers import who_reads
from register.standing.unheld import here_with
from web.requests.visit import Visit, worker
from web.templating import page

PATH, OWN = "/privacy", "/privacy/mine"
TITLE = "What is kept about you"
SOMEBODY = "your administrator"


@dataclass(frozen=True)
class Read:
    """Kinds of declaration, and the people who read them."""

    kinds: tuple[str, ...]
    people: list[str]


def show(request: Request, form: FormData) -> Response:
    asks = request.app.state.privacy_contact or SOMEBODY
    return page("privacy.html", title=TITLE, visit=None, back="/", asks=asks, at=())


def show_own(visit: Visit) -> Response:
    services = visit.person.services if worker(visit) else ()
    at = [(visit.directory.services[each].name, _read_at(visit, each)) for each in services]
    return visit.page("privacy.html", TITLE, back="/", asks=_whom_to_ask(visit), at=at)


def _whom_to_ask(visit: Visit) -> str:
    officers = here_with(Role.DATA_PROTECTION_OFFICER, visit.directory)
    named = " or ".join(visit.register.read.name(each.id) for each in officers)
    return visit.privacy_contact or named or SOMEBODY


def _read_at(visit: Visit, service: str) -> list[Read]:
    """Who reads what this person declares at a service."""
    known = visit.directory.services[service]
    found = who_reads(visit.register.policies, known, visit.today)
    return [
        Read(each.kinds, [_named(visit, service, reader) for reader in each.seen_by])
        for each in found
    ]


def _named(visit: Visit, service: str, reader: SeenBy) -> str:
    name = visit.register.read.name
    match reader:
        case SeenBy.LINE_MANAGER:
            above = next(visit.directory.line_above(visit.by), None)
            who = f", {name(above)}," if above else ""
            return f"your line manager{who} and the managers above"
        case SeenBy.SERVICE_DIRECTOR:
            director = visit.directory.services[service].director
            return f"the service director, {name(director)}"
        case SeenBy.ACTING:
            return "only the manager or director who has to act, as long as they have to"
        case SeenBy.AUDITOR:
            return "auditors, who check that the register is kept well"
