"""What workers declare: believable bodies of every kind."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

ITEMS = ("Silver photograph frame", "Tin of biscuits", "Wrist watch", "Hand-knitted scarf")
PLACES = ("the market", "a bus stop in town", "the swimming baths", "my daughter's school")


def gift(dice: random.Random) -> dict[str, Any]:
    return {
        "item": dice.choice(ITEMS),
        "worth": f"{dice.randrange(2, 200)}.50",
        "token": dice.random() < 0.3,
        "form": dice.choice(("goods", "goods", "goods", "cash", "hospitality")),
        "giver": dice.choice(("service_user", "relative_or_carer")),
        "offer": dice.choice(("received", "received", "received", "declined")),
        "without_warning": dice.random() < 0.8,
        "whereabouts": "at_service",
    }


def prior_acquaintance(dice: random.Random) -> dict[str, Any]:
    return {
        "relationship": dice.choice(("neighbour", "friend", "colleague")),
        "relationship_note": "Lives two doors from my mother; we say good morning.",
        "known_since": dice.randrange(1990, 2025),
        "found_out_how": dice.choice(("new_service_user", "new_worker", "learned_later")),
        "key_worker_now": dice.random() < 0.2,
    }


def out_of_hours_encounter(dice: random.Random) -> dict[str, Any]:
    return {
        "place": dice.choice(PLACES),
        "arranged": False,
        "approached_by": dice.choice(("service_user", "neither")),
        "minutes": dice.randrange(1, 30),
        "wished_not_recognised": dice.random() < 0.2,
        "agreed_to": None,
    }


def personal_number(dice: random.Random) -> dict[str, Any]:
    return {
        "contact_kind": dice.choice(("mobile", "email", "social_media")),
        "given_on": "2026-03-20",
        "reason": dice.choice(("emergency", "no_work_phone")),
        "contact_since": dice.choice(("none", "some")),
        "steps_taken": ["number_changed"],
    }


def post_service_friendship(dice: random.Random) -> dict[str, Any]:
    return {
        "service_ended_on": "2026-03-01",
        "asked_by": dice.choice(("service_user", "worker")),
        "still_receiving_service": False,
        "still_vulnerable": dice.choice(("no", "unsure")),
        "imbalance_of_power": "unsure",
        "hoped_for": "To go for a walk together now and then.",
    }


DETAILS = {
    "gift": gift,
    "prior-acquaintance": prior_acquaintance,
    "out-of-hours-encounter": out_of_hours_encounter,
    "personal-number": personal_number,
    "post-service-friendship": post_service_friendship,
}
OFTEN = (40, 10, 35, 10, 5)
"""How many of each in a hundred."""


def any_declaration(dice: random.Random, now: datetime) -> dict[str, Any]:
    kind = dice.choices(tuple(DETAILS), OFTEN)[0]
    return _declaration(kind, DETAILS[kind](dice), dice, now.date(), now)


def waiting_encounter(dice: random.Random, now: datetime) -> dict[str, Any]:
    """A meeting out of hours, that the line manager has to acknowledge."""
    details = out_of_hours_encounter(dice)
    return _declaration("out-of-hours-encounter", details, dice, now.date(), now)


def waiting_gift(dice: random.Random, now: datetime) -> dict[str, Any]:
    """A gift that two are told of, and that the service director has to decide on."""
    received = {"offer": "received", "form": "goods", "token": False}
    return _declaration("gift", {**gift(dice), **received}, dice, now.date(), now)


def _declaration(
    kind: str, details: dict[str, Any], dice: random.Random, day: date, now: datetime
) -> dict[str, Any]:
    return {
        "kind": kind,
        "happened_on": day.isoformat(),
        "captured_at": now.isoformat(),
        "service_user": f"SU-{dice.randrange(1000, 1400)}",
        "details": details,
    }
