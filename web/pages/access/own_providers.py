"""The providers at which somebody signs in, and one's own page of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.responses import Response

from register.access.bindings import Binding
from register.access.means import How
from register.errors import NotFoundError
from web.pages.access.oidc.knowing import Known
from web.pages.access.own_ways import browser_and_session
from web.pages.access.ways import Way
from web.requests.session import session_of
from web.requests.visit import Visit, to
from web.templating import moment

OWN = "/account/providers"


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
    request, session = browser_and_session(visit)
    visit.register.signing_in.check_fresh(session_of(request) or "")
    with suppress(NotFoundError):  # it was removed before
        given = str(visit.form.get("id", ""))
        visit.register.bindings.unbind(visit.by, visit.by, given, session.id)
    return to(f"{OWN}?done=removed")


def providers_of(visit: Visit, person: str) -> Iterator[Way]:
    for each in _offered(visit, person):
        if each.binding:
            added, used = moment(each.binding.bound_at), moment(each.binding.last_used_at)
            about = f"Added {added}, last used {used}."
            yield Way(How.PROVIDER, each.label, about, f"{OWN}/remove", each.name)


def is_offered_more(visit: Visit) -> bool:
    """Whether there are providers that this person could add."""
    return any(each.binding is None for each in _offered(visit, visit.by))


def _offered(visit: Visit, person: str) -> list[Offered]:
    """The providers that there are, and those at which somebody was bound when there were more."""
    known: Mapping[str, Known] = {} if visit.request is None else visit.request.app.state.providers
    bound = {each.provider: each for each in visit.register.bindings.of(person)}
    labels = {name: name for name in bound} | {n: each.provider.label for n, each in known.items()}
    return [Offered(name, label, bound.get(name)) for name, label in labels.items()]
