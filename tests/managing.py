"""What line managers and service directors are told of, and the forms that they send."""

from __future__ import annotations

from tests.cast import NOW
from tests.visits import Shown, day_after

FRAME = "A silver frame waits for the service director"
CASH = "Cash can only go back"
NEIGHBOUR = "A neighbour moves into the service"
KEY_WORKER = "A new worker knows someone already here, and is the key worker"
SUPERMARKET = "Bumped into at the supermarket"
FRIENDSHIP = "A friendship asked for, no longer vulnerable, no imbalance"
ELSEWHERE = "The other policy sends a gift to the line manager"
PEN = "A pen is token and closes itself"
OWN = "A line manager's own gift goes to the director"
NEXT_WEEK = day_after(NOW, 7)


def act(declaration: str, name: str) -> str:
    return f"/declarations/{declaration}/{name}"


def assert_every_problem_leads_somewhere(page: Shown) -> None:
    assert page.problems
    assert set(page.problems) <= set(page.ids)


REFUSED = {"amina": 403, "gus": 404, "eve": 404, "femi": 404, "dana": 404, "dev": 403, "ada": 404}
