"""Which act leads from which state to which, for people: a table and a diagram in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from events.names import Status
from register.acts import all_acts


def steps() -> Iterator[tuple[str, Status, Status]]:
    """The name of each act, with a state and one that it may lead to."""
    for act in all_acts():
        for before, afters in act.leads.items():
            for after in afters:
                yield act.name, before, after


def described() -> Iterator[str]:
    yield "# The states of a declaration"
    yield ""
    yield "Made by `python -m register states`; a test holds it against the acts."
    yield ""
    yield "What a rule makes of a new declaration, it begins with. The diagram leaves out what does"
    yield "not change the state, and corrections, which may lead anywhere but out of `withdrawn`."
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for act, before, after in steps():
        if before != after and act != "correction":
            yield f"    {before} --> {after}: {act}"
    yield "```"
    yield ""
    yield f"| act | {' | '.join(Status)} |"
    yield "|---" * (len(Status) + 1) + "|"
    for act in dict.fromkeys(name for name, _, _ in steps()):
        yield f"| {act} | {' | '.join(_leads_to(act, before) for before in Status)} |"


def _leads_to(act: str, before: Status) -> str:
    afters = [after for name, state, after in steps() if (name, state) == (act, before)]
    return ", ".join("stays" if after == before else str(after) for after in afters)
