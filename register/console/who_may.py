"""The table of who may do what, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from events.names import Role
from register.access.who_may import WHO_MAY, Row, is_call
from register.standing.held import READER, Of

ROLES = {role: role.replace("_", " ").replace("-", " ") for role in Role}
"""As a heading says them."""

ABOUT = """\
# Who may do what

Made by `python -m register who-may`; a test holds it against the table in
`register/access/who_may.py`, and every cell against what the register answers. What is not listed
nobody may do. Whoever has several roles may do what any of them may.

The cells say whose things somebody comes to with that role. *Own*: their own. *Seen*: what they
may see. *Held*: what is theirs to do. Which declarations these are depends on each: its worker,
the reporting line, the service, and whether few may know of it (`register/standing`). What
somebody may not know of does not exist for them: 404. *All*: all of it. *Yes*: it is nobody's.
*None*: they may ask, and nothing is there for them. An auditor is one between two days, and for all
services or some: on other days, and of what concerns no such service, as if they were none.

A stand-in acts where nobody else could: a service's reserve, or of the last resort. *Token*: the
scope that a token needs; without one no token does it; with *alone*, no session does; with *whole*,
no token for some services does. *Unproved*:
whether a session still does it in which nobody has proved for long who they are.
"""


def described() -> Iterator[str]:
    yield ABOUT
    calls = {key: row for key, row in WHO_MAY.items() if is_call(key)}
    yield from _part("Calls", calls)
    yield from _part("Pages", {key: row for key, row in WHO_MAY.items() if key not in calls})


def _part(title: str, rows: Mapping[str, Row]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield f"| | {' | '.join(ROLES.values())} | token | unproved |"
    yield "|---" * (len(ROLES) + 3) + "|"
    for key, row in rows.items():
        if not row.is_public:
            cells = [_cell(row, role) for role in ROLES]
            ways = [_of_token(row), "yes" if row.limited else ""]
            yield f"| `{key}` | {' | '.join([*cells, *ways])} |"
    yield ""
    for_all = ", ".join(f"`{key}`" for key, row in rows.items() if row.is_public)
    yield f"For everybody, signed in or not: {for_all}."
    yield ""


def _of_token(row: Row) -> str:
    scope = f"{row.scope} alone" if row.by_token else row.scope or ""
    return f"{scope}, whole" if row.whole else scope


def _cell(row: Row, role: Role) -> str:
    if role not in row.roles:
        return ""
    reads = role in READER or row.of not in (Of.SEEN, Of.HELD)
    return row.of if reads else "none"
