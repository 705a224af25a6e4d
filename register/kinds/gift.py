"""A gift, offered or received (003 6.0; 004 1.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from register.answers import Answers, Line, Money
from register.kinds.kind import Brought, Kind, Lead, Outcome
from register.policy import PolicyInForce


class Gift(Answers):
    item: Line = Field(title="What is it?", description="A few words, such as “box of biscuits”.")
    worth: Money | None = Field(
        default=None,
        title="What is it worth, in pounds?",
        description="Your best guess. Leave it empty if you cannot say.",
    )
    token: bool = Field(
        title="Is it only a token?",
        description="Something small that anybody might be given, such as a pen.",
    )
    form: Literal["goods", "cash", "voucher", "hospitality", "bequest"] = Field(
        title="What sort of gift is it?",
        description="A voucher counts as money. A bequest is something left in a will.",
    )
    giver: Literal["service_user", "relative_or_carer", "other"] = Field(title="Who offered it?")
    offer: Literal["received", "declined"] = Field(title="Did you take it?")
    without_warning: bool = Field(
        title="Did it come without warning?",
        description="Answer no if you knew that it was coming.",
    )
    whereabouts: Literal["with_me", "at_service", "given_back", "with_giver"] = Field(
        title="Where is it now?"
    )

    @property
    def is_money(self) -> bool:
        return self.form in ("cash", "voucher")

    @property
    def is_back(self) -> bool:
        return self.whereabouts in ("given_back", "with_giver")


class GiftSettings(Answers):
    token_value: Money | None = Field(
        default=None, description="In pounds: a gift worth more is no token, whatever was ticked."
    )


def route(gift: Gift, policy: PolicyInForce) -> str:
    """The case of the policy that a gift is. A pack without the case `token` exempts no token."""
    if gift.offer == "declined":
        return policy.first_named("declined", "received")
    if gift.is_money or gift.form == "bequest":
        special = "cash" if gift.is_money else "bequest"
        back = ("gone-back",) if gift.is_back else ()
        return policy.first_named(*back, special, "received")
    if gift.token and not _worth_more_than_a_token(gift, policy):
        return policy.first_named("token", "received")
    return policy.first_named("received")


def _worth_more_than_a_token(gift: Gift, policy: PolicyInForce) -> bool:
    limit = policy.settings.get("token_value")
    return limit is not None and gift.worth is not None and Decimal(gift.worth) > Decimal(limit)


def flags(gift: Gift, policy: PolicyInForce) -> tuple[str, ...]:
    flagged = {
        "cash": gift.is_money,
        "bequest": gift.form == "bequest",
        "announced": gift.offer == "received" and not gift.without_warning,
        "declined": gift.offer == "declined",
        "token": route(gift, policy) == "token",
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def worth(gift: Gift) -> Decimal | None:
    return Decimal(gift.worth) if gift.offer == "received" and gift.worth else None


def sentence(gift: Gift) -> str:
    worth = f", worth about £{gift.worth}" if gift.worth else ""
    gift_was = "turned down" if gift.offer == "declined" else "received"
    return f"a gift {gift_was}: {gift.item}{worth}"


KIND = Kind(
    title="A gift",
    details=Gift,
    happened_on="the day it was offered",
    route=route,
    flags=flags,
    flag_names=("cash", "bequest", "announced", "declined", "token"),
    sentence=sentence,
    outcomes={
        "keep": Outcome("it may be kept", "you may keep it"),
        "return": Outcome("it goes back", brings=Brought("return", "give it back")),
    },
    asks_outcome="What should happen to it?",
    worth=worth,
    several="gifts",
    photographs=2,
    leads=(
        Lead(
            "I was given something",
            fills={"offer": "received"},
            asks=("form", "token", "without_warning"),
        ),
        Lead("I was offered something, and said no", fills={"offer": "declined"}),
        Lead("I am to inherit something", fills={"form": "bequest"}, asks=("offer",)),
    ),
    settings=GiftSettings,
)
