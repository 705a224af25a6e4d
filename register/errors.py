"""The refusals of the register, with messages for the person who sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from events.log.clocks import ClockPartedError
from events.log.waiting import BusyError
from events.log.waiting import left as left
from events.log.waiting import waited as waited
from events.log.waiting import waiting_at_most as waiting_at_most
from events.log.writer import answered as answered


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; `field` is a path with dots, such as `details.minutes`."""

    field: str
    message: str
    person: str | None = None
    """The id before the full stop with which the message ends, if it ends in a person."""

    def naming(self, name: Callable[[str], str]) -> FieldError:
        """The same with the person's name in the message."""
        if self.person is None:
            return self
        begins = self.message.removesuffix(f"{self.person}.")
        return FieldError(self.field, f"{begins}{name(self.person)}.")


class RegisterError(Exception):
    """A refusal. `code` names its sort, for programs; the message says what to do, for people."""

    code: ClassVar[str]


class InvalidError(RegisterError):
    """Some fields of a request are missing or wrong."""

    code = "invalid"

    def __init__(self, errors: Sequence[FieldError], message: str | None = None) -> None:
        self.errors = tuple(errors)
        super().__init__(message or _summary(self.errors))

    def naming(self, name: Callable[[str], str]) -> InvalidError:
        """The same with people's names in the messages."""
        return InvalidError([each.naming(name) for each in self.errors])

    @classmethod
    def of(cls, field: str, message: str) -> InvalidError:
        return cls([FieldError(field, message)], message)


class MalformedError(RegisterError):
    code = "malformed"


class UnauthenticatedError(RegisterError):
    code = "unauthenticated"


class LimitedError(UnauthenticatedError):
    """The session was not used for a while: it is enough to declare, and for nothing else."""

    def __init__(self) -> None:
        super().__init__(
            "You have not used the register for a while. Please sign in again to see more than an "
            "empty form."
        )


class ForbiddenError(RegisterError):
    code = "forbidden"


class NotFreshError(ForbiddenError):
    """Whoever asks has to sign in again first, as it matters much that it is they."""

    def __init__(self) -> None:
        super().__init__("Please sign in again first: this needs a sign-in of the last 5 minutes.")


class FromElsewhereError(RegisterError):
    """Another site made the browser ask for what somebody declared. Nobody is refused anything."""

    code = "forbidden"

    def __init__(self) -> None:
        super().__init__(
            "Another site sent your browser here. What people declared is shown once you ask for "
            "it yourself."
        )


class NotFoundError(RegisterError):
    code = "not_found"


class NotYetError(NotFoundError):
    """It will be there: nobody is refused anything."""


class ConflictError(RegisterError):
    """What was asked for does not fit what has happened already."""

    code = "conflict"


class SpoiledError(ConflictError):
    """An entry of what was to be acted on cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            "An entry of this cannot be read; the register's keeper has been told. Nobody can act "
            "on it until the entry is put right."
        )


class TooLargeError(RegisterError):
    code = "too_large"


class TooManyError(RegisterError):
    """More was asked for than one may have in a minute; after `seconds` there is room again."""

    code = "too_many"

    def __init__(self, seconds: int, message: str | None = None) -> None:
        self.seconds = seconds
        words = "1 second" if seconds == 1 else f"{seconds} seconds"
        super().__init__(
            message
            or "That was more than the register takes from one person in a minute. "
            f"Nothing was stored; please try again in {words}."
        )


class UnsupportedError(RegisterError):
    code = "unsupported"


class MethodError(RegisterError):
    code = "method"


class UnavailableError(RegisterError):
    code = "unavailable"


CLOCK_CHANGED = (
    "The register's clock was changed, so nothing is stored until whoever keeps the register has "
    "looked at it. Please send it again later."
)


@contextmanager
def unavailable_when_busy(
    words: str = "The register is busy and has stored nothing; please send it again.",
) -> Iterator[None]:
    """Raise `UnavailableError` with these words if the database does not answer, or if too many
    orders wait for it; with other words if the clock cannot be believed."""
    try:
        yield
    except ClockPartedError as error:
        raise UnavailableError(CLOCK_CHANGED) from error
    except BusyError:
        raise UnavailableError(words) from None
    except (OperationalError, NoConnectionError) as error:  # the database is locked, or away
        raise UnavailableError(words) from error


@contextmanager
def answered_in_time(words: str) -> Iterator[None]:
    """The same for one request of a person or program, who wait for the database no longer than a
    few seconds altogether."""
    with unavailable_when_busy(words), waiting_at_most():
        yield


def _summary(errors: Sequence[FieldError]) -> str:
    if len(errors) == 1:
        return errors[0].message
    return f"{len(errors)} answers need another look."
