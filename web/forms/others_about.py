"""What else was declared of a kind about the same service user, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from register.declarations.declaration import Declaration
from register.declarations.names import Status
from register.kinds import all_kinds, answers_in
from register.projections.register_list import AnyOf, Filter
from web.requests.visit import Visit, above

MOST_SHOWN, AT_ONCE = 20, 200


@dataclass(frozen=True)
class Other:
    """Another declaration, and the pounds of what was received; None if it has no worth."""

    declaration: Declaration
    worth: Decimal | None

    @property
    def counts(self) -> bool:
        return self.declaration.status != Status.WITHDRAWN and self.worth is not None


@dataclass(frozen=True)
class OthersAbout:
    several: str
    """What several of these are called, such as "gifts"."""
    service_user: str
    this: Other
    others: Sequence[Other]
    """All that this person may see, the newest first."""

    @property
    def shown(self) -> Sequence[Other]:
        return self.others[:MOST_SHOWN]

    @property
    def more(self) -> int:
        return len(self.others) - len(self.shown)

    @property
    def sum(self) -> Decimal:
        """What the others come to; `sum_with_this` has this one too."""
        return sum((each.worth for each in self.others if each.counts and each.worth), Decimal(0))

    @property
    def sum_with_this(self) -> Decimal:
        return self.sum + (self.this.worth or 0 if self.this.counts else 0)


def others_about(visit: Visit, declaration: Declaration) -> OthersAbout | None:
    """What else people declared about its service user; None where the kind adds up nothing, there
    is no service user, or the visitor is its worker or above nobody."""
    kind = all_kinds().get(declaration.kind)
    if kind is None or kind.worth is None or declaration.service_user is None:
        return None
    if declaration.worker == visit.by or not above(visit):
        return None
    everything = everything_about(visit, [declaration.service_user], declaration.kind)
    others = [weighed(each) for each in everything if each.id != declaration.id]
    about = OthersAbout(kind.several, declaration.service_user, weighed(declaration), others)
    visit.note_shown(each.declaration for each in about.shown)
    return about


def everything_about(
    visit: Visit, spellings: Iterable[str], kind: str | None = None
) -> Iterator[Declaration]:
    """All about a service user that the visitor may see, the latest receipt first."""
    read = visit.register.read
    about = AnyOf(service_users=tuple(map(read.service_user_index, spellings)))
    wanted = Filter(kind=kind, any_of=about, limit=AT_ONCE)
    page = read.declarations(visit.by, wanted)
    yield from page.items
    while page.next is not None:
        page = read.declarations(visit.by, replace(wanted, after=page.next))
        yield from page.items


def weighed(declaration: Declaration) -> Other:
    """A declaration with what was received, where its kind adds that up."""
    kind = all_kinds().get(declaration.kind)
    worth_of = kind.worth if kind else None
    answers = answers_in(declaration.kind, declaration.details) if worth_of else None
    return Other(declaration, worth_of(answers) if worth_of and answers else None)
