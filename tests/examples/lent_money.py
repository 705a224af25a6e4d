"""Money lent to a service user, or borrowed: a sixth kind, dropped in by a test."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from register.answers import Answers, Money, Text
from register.kinds.kind import Kind
from register.policy import PolicyInForce


class LentMoney(Answers):
    amount: Money = Field(title="How much was it?")
    direction: Literal["lent", "borrowed"] = Field(title="Did you lend it, or borrow it?")
    why: Text = Field(title="How did it come about?")


def route(money: LentMoney, policy: PolicyInForce) -> str:
    return policy.first_named("lent")


def flags(money: LentMoney, policy: PolicyInForce) -> tuple[str, ...]:
    return ("borrowed",) if money.direction == "borrowed" else ()


def sentence(money: LentMoney) -> str:
    return f"£{money.amount} {money.direction}: {money.why}"


KIND = Kind(
    title="Money lent or borrowed",
    details=LentMoney,
    happened_on="the day it changed hands",
    route=route,
    flags=flags,
    flag_names=("borrowed",),
    sentence=sentence,
)
