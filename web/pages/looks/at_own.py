"""Who looked at what a worker declared: at one declaration, or at all of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from register.declarations.ids import declaration_id, short_reference
from register.errors import NotFoundError
from register.reading.looks.finding import Wanted
from register.reading.looks.look import Kept, Seen
from register.reading.looks.telling import told
from web.requests.visit import ON_A_PAGE, Visit

PATH = "/looked"
OF_ONE = "/declarations/{id}/looked"
ONLY_ITS_WORKER = "Only the worker who made a declaration sees here who looked at it."


@dataclass(frozen=True)
class LookShown:
    """A look at one declaration, in a sentence."""

    kept: Kept
    declaration: UUID
    sentence: str

    @property
    def reference(self) -> str:
        return short_reference(self.declaration)

    @property
    def is_by_program(self) -> bool:
        return self.kept.look is not None and self.kept.look.by_program


def show(visit: Visit) -> Response:
    return _page(visit, PATH, "Who has looked at what you declared")


def show_one(visit: Visit) -> Response:
    wanted = declaration_id(visit.path["id"])
    if visit.register.read.declaration(visit.by, visit.path["id"]).worker != visit.by:
        raise NotFoundError(ONLY_ITS_WORKER)
    return _page(visit, OF_ONE.format(id=wanted), "Who has looked at this", wanted)


def _page(visit: Visit, path: str, title: str, declaration: UUID | None = None) -> Response:
    wanted = Wanted(declaration=declaration, before=visit.after, limit=ON_A_PAGE)
    page = visit.register.looks.at_own(visit.by, wanted)
    looks = [each for kept in page.items for each in shown(visit, kept)]
    return visit.page(
        "looked.html",
        title,
        back="/" if declaration is None else f"/declarations/{declaration}",
        people=[each for each in looks if not each.is_by_program],
        programs=[each for each in looks if each.is_by_program],
        is_of_one=declaration is not None,
        next=None if page.next is None else f"{path}?after={page.next}",
    )


def latest(visit: Visit, declaration: UUID, most: int) -> list[LookShown]:
    """The last looks at a declaration of the visitor's own."""
    page = visit.register.looks.at_own(visit.by, Wanted(declaration=declaration, limit=most))
    return [each for kept in page.items for each in shown(visit, kept)]


def shown(visit: Visit, kept: Kept) -> list[LookShown]:
    seen = kept.look.at if kept.look else ()
    return [LookShown(kept, each.declaration, _sentence(visit, kept, each)) for each in seen]


def _sentence(visit: Visit, kept: Kept, seen: Seen) -> str:
    return told(kept.look, seen, visit.register.read.name, to_worker=True)
