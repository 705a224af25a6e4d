"""Each act as a method of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod

from register.acts import (
    acknowledging,
    annotating,
    answering,
    completing,
    confirming,
    correcting,
    deciding,
    handing_over,
    informing,
    lifting,
    reopening,
    requesting,
    reviewing,
    taking_further,
    withdrawing,
)
from register.acts.orders import Verb
from register.declarations.declaration import Declaration


class ActsByName(ABC):
    """What people do with a declaration, by the words for it."""

    @abstractmethod
    def act(
        self, verb: Verb, by: str, id_text: str, body: object, part: str | None = None
    ) -> Declaration: ...

    def acknowledge(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(acknowledging.acknowledge, by, declaration, body)

    def decide(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(deciding.decide, by, declaration, body)

    def answer(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(answering.answer, by, declaration, body)

    def complete(self, by: str, declaration: str, action: str, body: object) -> Declaration:
        return self.act(completing.complete, by, declaration, body, action)

    def confirm(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(confirming.confirm, by, declaration, body)

    def ask(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(requesting.ask, by, declaration, body)

    def inform(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(informing.inform, by, declaration, body)

    def correct(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(correcting.correct, by, declaration, body)

    def withdraw(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(withdrawing.withdraw, by, declaration, body)

    def review(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(reviewing.review, by, declaration, body)

    def reopen(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(reopening.reopen, by, declaration, body)

    def hand_over(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(handing_over.hand_over, by, declaration, body)

    def add_note(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(annotating.add_note, by, declaration, body)

    def take_further(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(taking_further.take_further, by, declaration, body)

    def lift_exclusion(self, by: str, declaration: str, body: object) -> Declaration:
        return self.act(lifting.lift, by, declaration, body)
