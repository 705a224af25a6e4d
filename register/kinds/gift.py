"""A gift, offered or received (003 6.0; 004 1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from register.answers import Answers, Line, Money, PastDay, labelled, only_if, turned_round
from register.deadlines import in_words
from register.kinds.kind import Brought, Group, Kind, Lead, Mark, Outcome
from register.policy import PolicyInForce

Form = Annotated[
    Literal["goods", "cash", "voucher", "hospitality", "bequest"],
    labelled(
        goods="A thing, such as flowers or a watch",
        cash="Money",
        voucher="A voucher or a gift card",
        hospitality="A meal, a drink, a ticket or a trip",
        bequest="Left to me in a will",
    ),
]
Giver = Annotated[
    Literal["service_user", "relative_or_carer", "other"],
    labelled(
        service_user="The service user",
        relative_or_carer="Their relative or carer",
        other="Somebody else",
    ),
]
Offer = Annotated[
    Literal["received", "declined"],
    labelled(received="Yes, I took it", declined="No, I said no"),
]
Whereabouts = Annotated[
    Literal["with_me", "at_service", "given_back", "with_giver"],
    labelled(
        with_me="I have it",
        at_service="It is at work",
        given_back="I gave it back",
        with_giver="The person still has it",
    ),
    only_if("offer", "received", else_it_is="with_giver"),
]


KNEW = "Did you know about it before?"
TOLD_BEFORE = "Did somebody tell you before that it would come?"


class Gift(Answers):
    item: Line = Field(title="What is it?", description="A few words, such as “box of biscuits”.")
    worth: Money | None = Field(
        default=None,
        title="What is it worth, in pounds?",
        description="Your best guess. Leave it empty if you cannot say.",
    )
    token: bool = Field(
        title="Is it something very small (a pen, a card, a few sweets)?",
    )
    form: Form = Field(title="What sort of gift is it?")
    giver: Giver = Field(title="Who offered it?")
    offer: Offer = Field(title="Did you take it?")
    without_warning: Annotated[bool, turned_round(KNEW, TOLD_BEFORE)] = Field(
        title="It came without warning"
    )
    whereabouts: Whereabouts = Field(title="Where is it now?")

    @property
    def is_money(self) -> bool:
        return self.form in ("cash", "voucher")

    @property
    def is_bequest(self) -> bool:
        return self.form == "bequest"

    @property
    def is_to_go_back(self) -> bool:
        return self.offer == "received" and not self.is_back and not self.is_bequest

    @property
    def is_to_be_given_up(self) -> bool:
        return self.offer == "received" and self.is_bequest

    @property
    def is_back(self) -> bool:
        """Whether the giver has it. A bequest is never back: it is given up, not handed back."""
        return self.whereabouts in ("given_back", "with_giver") and not self.is_bequest


class GiftSettings(Answers):
    token_value: Money | None = Field(
        default=None,
        description="In pounds: a gift worth more is no token, whatever was ticked. Without this "
        "value no gift with a worth is one.",
    )
    total_value: Money | None = Field(
        default=None,
        description="In pounds: where all that a worker received about one service user in twelve "
        "months is worth more, a small gift is no token. Without this value nothing adds up.",
    )


class GivenBack(Answers):
    """What a worker says who has given a gift back, or given it up."""

    how: Line = Field(title="How did it go back?", description="Such as: by hand, or by post.")
    returned_on: PastDay = Field(title="On which day?")
    to: Line = Field(
        title="Who has it now?", description="Such as: her daughter. Write no service user's name."
    )


def route(gift: Gift, policy: PolicyInForce) -> str:
    """The case of the policy that a gift is. A pack without the case `token` exempts no token."""
    if gift.offer == "declined":
        return policy.first_named("declined", "received")
    if gift.is_bequest:
        return policy.first_named("bequest", "received")
    if gift.is_money:
        back = ("gone-back",) if gift.is_back else ()
        return policy.first_named(*back, "cash", "received")
    if gift.token and gift.worth is None:
        return policy.first_named("token-unpriced", "received")
    if _is_small(gift, policy) and not _adds_up(gift, policy):
        return policy.first_named("token", "received")
    return policy.first_named("received")


def _is_small(gift: Gift, policy: PolicyInForce) -> bool:
    """Whether a gift is a token by its tick and its worth."""
    limit = policy.settings.get("token_value")
    if not gift.token or gift.worth is None or limit is None:
        return False
    return Decimal(gift.worth) <= Decimal(limit)


def _adds_up(gift: Gift, policy: PolicyInForce) -> bool:
    """Whether a small gift and what else the worker received come to more than the policy lets."""
    limit = policy.settings.get("total_value")
    if "token" not in policy.rules or gift.worth is None or limit is None:
        return False
    return policy.worth_besides() + Decimal(gift.worth) > Decimal(limit)


def flags(gift: Gift, policy: PolicyInForce) -> tuple[str, ...]:
    case = route(gift, policy)
    may_add_up = case == "received" and not gift.is_money and not gift.is_bequest
    flagged = {
        "cash": gift.is_money,
        "bequest": gift.is_bequest,
        "announced": gift.offer == "received" and not gift.without_warning,
        "declined": gift.offer == "declined",
        "token": case == "token",
        "adds-up": may_add_up and _is_small(gift, policy) and _adds_up(gift, policy),
        "from-others": gift.giver in ("relative_or_carer", "other"),
    }
    return tuple(flag for flag, holds in flagged.items() if holds)


def worth(gift: Gift) -> Decimal | None:
    return Decimal(gift.worth) if gift.offer == "received" and gift.worth else None


def sentence(gift: Gift) -> str:
    worth = f", worth about £{gift.worth}" if gift.worth else ""
    gift_was = "turned down" if gift.offer == "declined" else "received"
    return f"a gift {gift_was}: {gift.item}{worth}"


def hints(settings: Mapping[str, Any]) -> Mapping[str, str]:
    limit = settings.get("token_value")
    return {"token": f"Here, up to £{_in_short(limit)} is very small."} if limit else {}


def _in_short(pounds: str) -> str:
    """Without the pence, where there are none."""
    return pounds.removesuffix(".00")


def not_from_them(gift: Gift) -> str:
    return f"It is not from the service user, but from {GIVERS[gift.giver]}."


GIVERS = {
    "service_user": "the service user",
    "relative_or_carer": "a relative or carer",
    "other": "somebody else",
}


def since_given_up(done: GivenBack) -> str:
    return f"Given up on {in_words(done.returned_on)}, to {done.to}"


def since_returned(done: GivenBack) -> str:
    return f"Given back on {in_words(done.returned_on)}, to {done.to}"


KIND = Kind(
    title="A gift",
    details=Gift,
    group=Group.SERVICE_USER,
    happened_on="the day it was offered",
    route=route,
    hints=hints,
    flags=flags,
    flag_names=("cash", "bequest", "announced", "declined", "token", "adds-up", "from-others"),
    cases={
        "declined": "You said no",
        "gone-back": "Money or a voucher that the giver has back",
        "cash": "Money or a voucher",
        "bequest": "Something left to you in a will",
        "token": "Something very small, with its worth",
        "token-unpriced": "Something very small, without its worth",
        "received": "Anything else that you took",
    },
    marks={
        "cash": Mark("Money or a voucher", "It is money or a voucher.", is_pressing=True),
        "bequest": Mark("Left in a will", "It was left to you in a will.", is_pressing=True),
        "announced": Mark("Known before", "You knew about it before."),
        "declined": Mark("Turned down", "You said no."),
        "token": Mark("Very small", "It is something very small."),
        "adds-up": Mark(
            "Adds up with earlier gifts",
            "With what else you received about this service user it is no longer very small.",
        ),
        "from-others": Mark(
            "Not from the service user",
            "It is not from the service user.",
            so_to_worker=not_from_them,
        ),
    },
    sentence=sentence,
    outcomes={
        "keep": Outcome("it may be kept", "you may keep it"),
        "return": Outcome(
            "it goes back",
            brings=(
                Brought(
                    "return",
                    "give it back",
                    "given it back",
                    is_needed=lambda gift: gift.is_to_go_back,
                    done=GivenBack,
                    changes="whereabouts",
                    since_done=since_returned,
                ),
                Brought(
                    "give-up",
                    "give it up",
                    "given it up",
                    is_needed=lambda gift: gift.is_to_be_given_up,
                    done=GivenBack,
                    changes="whereabouts",
                    since_done=since_given_up,
                ),
            ),
        ),
    },
    asks_outcome="What should happen to it?",
    worth=worth,
    several="gifts",
    photographs=2,
    leads=(
        Lead(
            "I was given something",
            fills={"offer": "received"},
            asks=("form", "token", "worth", "without_warning"),
        ),
        Lead("I was offered something, and said no", fills={"offer": "declined"}),
        Lead("I am to inherit something", fills={"form": "bequest"}, asks=("offer",)),
    ),
    settings=GiftSettings,
    may_come_after_ending=True,
)
