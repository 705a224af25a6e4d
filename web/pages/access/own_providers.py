"""Where somebody signs in: one's own page, and an administrator's page about somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.responses import Response

from register.access.bindings import Binding
from register.errors import NotFoundError
from web.pages.access.oidc.knowing import Known
from web.pages.access.ways import Way
from web.requests.session import session_of
from web.requests.visit import Visit, to
from web.templating import moment

OWN, OF_ANOTHER = "/account/providers", "/people/{person}/sign-in"


@dataclass(frozen=True)
class Offered:
    """A provider, and how somebody is bound there, if they are."""

    name: str
    label: str
    binding: Binding | None


def own(visit: Visit) -> Response:
    return visit.page(
        "own_providers.html",
        "Where you sign in",
        offered=_offered(visit, visit.by),
        done=visit.query.get("done"),
        back="/account",
    )


def remove_own(visit: Visit) -> Response:
    _remove(visit, visit.by)
    return to(f"{OWN}?done=removed")


def of_another(visit: Visit) -> Response:
    person = _person(visit)
    name = visit.register.read.name(person)
    return visit.page(
        "providers_of_another.html",
        f"Where {name} signs in",
        bound=[each for each in _offered(visit, person) if each.binding],
        called=name,
        done=visit.query.get("done"),
        back=f"/people/of/{person}",
    )


def remove_of_another(visit: Visit) -> Response:
    _remove(visit, _person(visit))
    return to(f"{visit.address}?done=removed")


def providers_of(visit: Visit) -> Iterator[Way]:
    """For the page of one's account."""
    for each in _offered(visit, visit.by):
        if each.binding:
            added, used = moment(each.binding.bound_at), moment(each.binding.last_used_at)
            yield Way(each.label, f"Added {added}, last used {used}.", f"{OWN}/remove", each.name)


def is_offered_more(visit: Visit) -> bool:
    """Whether there are providers that this person could add."""
    return any(each.binding is None for each in _offered(visit, visit.by))


def _remove(visit: Visit, person: str) -> None:
    session = None if visit.request is None else session_of(visit.request)
    visit.register.signing_in.check_fresh(session or "")
    with suppress(NotFoundError):  # it was removed before
        visit.register.bindings.unbind(visit.by, person, str(visit.form.get("id", "")))


def _person(visit: Visit) -> str:
    person = str(visit.path["person"])
    if person not in visit.directory.people:
        raise NotFoundError("There is nobody with this id.")
    return person


def _offered(visit: Visit, person: str) -> list[Offered]:
    """The providers that there are, and those at which somebody was bound when there were more."""
    known: Mapping[str, Known] = {} if visit.request is None else visit.request.app.state.providers
    bound = {each.provider: each for each in visit.register.bindings.of(person)}
    labels = {name: name for name in bound} | {n: each.provider.label for n, each in known.items()}
    return [Offered(name, label, bound.get(name)) for name, label in labels.items()]
