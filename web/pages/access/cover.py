"""Who covers for whom: a manager names it for themselves, an administrator for somebody absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from register.deadlines import in_words
from register.directory.covering import CoverWanted, can_be_covered, may_end, possible_covers
from register.directory.covers import Cover
from register.errors import FieldError, InvalidError, NotFoundError
from web.forms.people import PERSON, among
from web.forms.questions import Question, answered, filled, questions, summary
from web.requests.visit import Visit, to

PATH, OF_ANOTHER = "/cover", "/people/{person}/cover"
TOLD_FOR = timedelta(days=7)
"""How long the first page tells that a cover is over."""
CHOOSE = "Choose a person"
DONE = {"named": "It is noted, and both are told.", "ended": "The cover is ended."}


def show(visit: Visit) -> Response:
    return _page(visit, visit.by)


def name(visit: Visit) -> Response:
    return _named(visit, visit.by, PATH)


def show_anothers(visit: Visit) -> Response:
    return _page(visit, _another(visit))


def name_anothers(visit: Visit) -> Response:
    person = _another(visit)
    return _named(visit, person, OF_ANOTHER.format(person=person))


def end(visit: Visit) -> Response:
    ended = visit.register.covering.end(visit.by, visit.path["cover"])
    path = PATH if ended.person == visit.by else OF_ANOTHER.format(person=ended.person)
    return to(f"{path}?done=ended")


def _another(visit: Visit) -> str:
    person: str = visit.path["person"]
    if person not in visit.directory.people:
        raise NotFoundError("There is nobody with that id.")
    return person


def _named(visit: Visit, person: str, path: str) -> Response:
    body = answered(_asked(visit, person), visit.form)
    try:
        visit.register.covering.name(visit.by, {"person": person, **body})
    except InvalidError as error:
        return _page(visit, person, body, error.errors, 422)
    return to(f"{path}?done=named")


def _page(
    visit: Visit,
    person: str,
    body: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Response:
    asked = filled(_asked(visit, person), body or {}, errors)
    is_own = person == visit.by
    known = visit.register.covering.known_to(visit.by)
    return visit.page(
        "cover.html",
        "Who covers for you" if is_own else f"Who covers for {visit.called(person)}",
        status=status,
        back="/" if is_own else f"/people/of/{person}",
        is_own=is_own,
        can_be_covered=can_be_covered(person, visit.directory),
        covers=[_shown(visit, each, known) for each in known if each.person == person],
        covers_for=[_shown(visit, each, known) for each in known if each.covered_by == person],
        questions=asked,
        errors=summary(asked, errors),
        done=DONE.get(visit.query.get("done", "")),
    )


def _shown(visit: Visit, cover: Cover, known: Sequence[Cover]) -> tuple[str, str | None]:
    """What is said of a cover, also of whoever covers for the one covering, and where it ends."""
    also = (
        each
        for each in known
        if each.person == cover.covered_by and each.overlaps(cover.first_on, cover.last_on)
    )
    said = [_sentence(visit, cover)]
    if not cover.is_over(visit.today):
        said += [_not_for(visit, cover, each) for each in also]
    return " ".join(said), _ends(visit, cover)


def _not_for(visit: Visit, cover: Cover, also: Cover) -> str:
    """What a cover's own cover does not do."""
    covers, verb = visit.called(also.covered_by), _verb(visit, also)
    named, away = visit.called(cover.covered_by), visit.called(cover.person)
    return _capital(f"{covers} {verb} for {named} then, but not for {away}.")


def _verb(visit: Visit, cover: Cover) -> str:
    return "cover" if cover.covered_by == visit.by else "covers"


def _is_of(cover: Cover, person: str) -> bool:
    return person in (cover.person, cover.covered_by)


def _ends(visit: Visit, cover: Cover) -> str | None:
    """Where a cover is ended, by whoever may end it."""
    may = may_end(visit.by, cover, visit.directory, visit.today)
    return f"{PATH}/{cover.id}/end" if may else None


def _asked(visit: Visit, person: str) -> list[Question]:
    people = possible_covers(person, visit.directory) - {visit.by}
    names = {each: visit.register.read.name(each) for each in people}
    names = dict(sorted(names.items(), key=lambda item: item[1].casefold()))
    return [
        among(each, names, CHOOSE) if each.widget == PERSON else each
        for each in questions(CoverWanted, leave_out=("person",))
    ]


def news_of_covers(visit: Visit) -> list[str]:
    """What the first page says of the covers of this person: those to come, those that run, and
    those that are over lately."""
    since = visit.today - TOLD_FOR
    return [
        _sentence(visit, each)
        for each in visit.register.covering.known_to(visit.by)
        if _is_of(each, visit.by) and each.over_on >= since
    ]


def _sentence(visit: Visit, cover: Cover) -> str:
    covers, away = visit.called(cover.covered_by), visit.called(cover.person)
    verb = _verb(visit, cover)
    if cover.is_over(visit.today):
        ended = f" {_who(visit, cover.ended_by)} ended it." if cover.ended_by else ""
        over = f"{covers} no longer {verb} for {away}: it was over on {in_words(cover.over_on)}."
        return _capital(over + ended)
    days = f"from {in_words(cover.first_on)} to {in_words(cover.last_on)}"
    named = f" {_who(visit, cover.named_by)} named this."
    return _capital(f"{covers} {verb} for {away} {days}.{named}")


def _who(visit: Visit, person: str | None) -> str:
    return "" if person is None else _capital(visit.called(person))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
