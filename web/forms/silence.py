"""That somebody who was asked is silent, in sentences for those who wait for them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from register.deadlines import LONDON, in_words
from register.declarations.declaration import Declaration
from register.reading.silence import Next, Silence
from web.requests.visit import Visit
from web.templating import sentence


def silent(visit: Visit, declarations: Iterable[Declaration]) -> dict[UUID, list[str]]:
    """For each declaration, who was asked and has not opened it, and who was asked as well."""
    known = {each.id: each for each in declarations if not each.is_over}
    found = visit.register.silences.of(list(known))
    said = {
        each: [_said(visit, known[each], silence, None) for silence in silences]
        for each, silences in found.items()
    }
    return {each: [said for said in sentences if said] for each, sentences in said.items()}


def silent_about(visit: Visit, declaration: Declaration) -> list[str]:
    """The same of one declaration, with to whom it goes on and when."""
    silences, sentences = visit.register.silences, []
    for each in silences.of([declaration.id]).get(declaration.id, []):
        then = silences.next_of(each, declaration, visit.directory)
        said = _said(visit, declaration, each, then)
        if said is not None:
            sentences.append(said)
    return sentences


def _said(
    visit: Visit, declaration: Declaration, silence: Silence, then: Next | None
) -> str | None:
    said = [*_who_is_silent(visit, declaration, silence), *_as_well(visit, declaration, silence)]
    if then is not None:
        who, on = visit.called(then.person, declaration), _on(then)
        said.append(f"if nobody acts, it goes to {who} as well {on}")
    return f"{sentence('; '.join(said))}." if said else None


def _who_is_silent(visit: Visit, declaration: Declaration, silence: Silence) -> list[str]:
    if silence.person in (None, visit.by) or silence.is_opened:
        return []
    return [f"{visit.called(silence.person or '', declaration)} has not opened this yet"]


def _as_well(visit: Visit, declaration: Declaration, silence: Silence) -> list[str]:
    asked = {
        "as somebody is at risk": silence.at_once,
        "as nobody had acted": silence.as_well,
    }
    return [
        f"{_named([visit.called(each, declaration) for each in people])} asked as well, {why}"
        for why, people in asked.items()
        if people
    ]


def _named(people: list[str]) -> str:
    named = " and ".join(filter(None, [", ".join(people[:-1]), people[-1]]))
    return f"{named} {'was' if len(people) == 1 and people != ['you'] else 'were'}"


def _on(then: Next) -> str:
    local = then.at.astimezone(LONDON)
    return f"on {local:%A} {in_words(local.date())}"
