"""Two people erase: one asks, and a data protection officer confirms. Neither may be who declared
or entered it, nor anybody for whom it is not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from events.names import ErasureOf, ErasureState
from register.answers import Answers, PersonId, Reference, Text, labelled
from register.declarations.declaration import Declaration
from register.declarations.ids import NO_SUCH_DECLARATION, declaration_id, parse_id
from register.declarations.matter import Matter
from register.directory.directory import Directory, Person
from register.erasing.erasure import Erasure
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from register.standing.officers import (
    check_is_officer,
    is_officer,
    is_own,
    may_deal_with,
    may_deal_with_what_is_left,
)
from register.standing.seeing import may_see

NO_SUCH_ERASURE = "There is no erasure with that id."
PARTY = "You are party to this, so somebody else has to do it."
STILL_HERE = "They are still here. The register needs a name as long as somebody is here."
OTHERS = "Only a data protection officer or an administrator asks for this."
IN_ANOTHER_STATE = {
    ErasureState.CONFIRMED: "This is confirmed already.",
    ErasureState.REFUSED: "This is refused already; ask anew if it is still wanted.",
    ErasureState.DONE: "This is erased already.",
}


WHAT = Annotated[
    Literal["declaration", "entry", "photograph", "person", "service_user"],
    labelled(
        declaration="All that was written in a declaration, and its photographs",
        entry="What was written in one entry of a declaration",
        photograph="One photograph",
        person="Somebody who has left: their name and addresses, and all that they declared",
        service_user="All about a service user, whoever declared it",
    ),
]


class ErasureWanted(Answers):
    """What somebody wants erased, and why."""

    of: WHAT = Field(title="What is to be erased?")
    declaration: str | None = Field(
        default=None,
        title="The declaration, by its id",
        description="It stands at the end of its address.",
        json_schema_extra={"x-widget": "line"},
    )
    entry: int | None = Field(
        default=None, ge=1, title="Which entry of it, counted from the first, which is 1"
    )
    photograph: str | None = Field(
        default=None,
        title="The photograph of it, by its id",
        json_schema_extra={"x-widget": "line"},
    )
    person: PersonId | None = Field(default=None, title="The person, by their id")
    service_user: Reference | None = Field(
        default=None,
        title="The service user, by their reference",
        description="All that was declared about them goes, whoever declared it.",
    )
    reason: Text = Field(title="Why?")


class ErasureRefusal(Answers):
    reason: Text = Field(title="Why not?")


NEEDS: dict[ErasureOf, tuple[str, ...]] = {
    ErasureOf.ENTRY: ("declaration", "entry"),
    ErasureOf.PHOTOGRAPH: ("declaration", "photograph"),
    ErasureOf.DECLARATION: ("declaration",),
    ErasureOf.PERSON: ("person",),
    ErasureOf.SERVICE_USER: ("service_user",),
}


def check_names_it(wanted: ErasureWanted) -> None:
    """Raises `InvalidError` unless it says which one, and nothing else."""
    needs = NEEDS[ErasureOf(wanted.of)]
    for name in ("declaration", "entry", "photograph", "person", "service_user"):
        given = getattr(wanted, name) is not None
        if given and name not in needs:
            raise InvalidError.of(name, "Leave this out: it is about something else.")
        if not given and name in needs:
            raise InvalidError.of(name, "Say which one.")


def named(wanted: ErasureWanted) -> tuple[UUID | None, UUID | None]:
    """The declaration and the photograph that it names. Raises `NotFoundError`."""
    declaration = None if wanted.declaration is None else declaration_id(wanted.declaration)
    photograph = None if wanted.photograph is None else parse_id(wanted.photograph, "photograph")
    return declaration, photograph


def check_may_ask(
    by: Person, wanted: ErasureWanted, declaration: Declaration | None, directory: Directory
) -> None:
    """Raises `NotFoundError`, `ForbiddenError`, `InvalidError` or `ConflictError`."""
    if "declaration" in NEEDS[ErasureOf(wanted.of)]:
        _check_may_ask_of(by, declaration, directory)
        assert declaration is not None
        if wanted.entry is not None and wanted.entry > len(declaration.past):
            raise InvalidError.of("entry", f"It has {len(declaration.past)} entries.")
        if declaration.erased_at is not None:
            raise ConflictError("This declaration is erased already.")
        return
    if not (is_officer(by, directory) or by.administers(directory.today)):
        raise ForbiddenError(OTHERS)
    if wanted.person is not None:
        if wanted.person == by.id:
            raise ForbiddenError("Nobody asks for this about themselves.")
        check_has_left(wanted.person, directory)


def _check_may_ask_of(by: Person, declaration: Declaration | None, directory: Directory) -> None:
    """Whoever may see it but its worker, and the officers who may deal with it."""
    if declaration is None:
        raise NotFoundError(NO_SUCH_DECLARATION)
    matter = declaration.matter
    is_left = declaration.erased_at is None
    left = is_left and may_deal_with_what_is_left(by, matter, directory)
    deals = left or may_deal_with(by, matter, directory)
    if not (deals or may_see(by, declaration, directory)):
        raise NotFoundError(NO_SUCH_DECLARATION)
    if is_own(by.id, matter):
        raise ForbiddenError(PARTY)
    if is_only_auditor(by, directory):
        raise ForbiddenError("Auditors read the register; they do not act in it.")


def is_only_auditor(by: Person, directory: Directory) -> bool:
    audits = by.audits(directory.today)
    acts = directory.manages(by.id) or directory.directs(by.id) or is_officer(by, directory)
    return audits and not acts


def check_has_left(person: str, directory: Directory) -> None:
    known = directory.people.get(person)
    if known is None:
        raise InvalidError.of("person", "Nobody here has that id.")
    if known.is_here(directory.today):
        raise InvalidError.of("person", STILL_HERE)


def may_agree(
    by: Person, erasure: Erasure, declarations: Iterable[Declaration], directory: Directory
) -> bool:
    """Whether an officer may be the second person, or know of it at all: they may deal with every
    declaration of which something goes. Where the words are erased that said whom one is about,
    any officer agrees that the rest goes; afterwards those alone know of it who asked or agreed."""
    if not is_officer(by, directory) or erasure.person == by.id:
        return False
    is_open = erasure.state is ErasureState.ASKED or by.id in erasure.by_whom

    def deals(matter: Matter) -> bool:
        left = is_open and may_deal_with_what_is_left(by, matter, directory)
        return left or may_deal_with(by, matter, directory)

    return all(deals(each.matter) for each in declarations)


def check_may_decide(
    by: Person, erasure: Erasure, declarations: Iterable[Declaration], directory: Directory
) -> None:
    """Raises `ForbiddenError` or `NotFoundError` for whoever is not the second person."""
    check_is_officer(by, directory)
    if by.id == erasure.asked_by:
        raise ForbiddenError("You asked for this, so somebody else has to agree to it.")
    if not may_agree(by, erasure, declarations, directory):
        raise NotFoundError(NO_SUCH_ERASURE)


def check_waits(erasure: Erasure) -> None:
    if erasure.state is not ErasureState.ASKED:
        raise ConflictError(IN_ANOTHER_STATE[erasure.state])
