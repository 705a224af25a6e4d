"""`register token`, `register session` and `register invite`: who can come in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from register.access.token_holders import NewToken
from register.access.tokens import USUAL, Scope
from register.console.opening import check_known, opened
from register.setup.settings import Settings

token_app = typer.Typer(help="Bearer tokens for the API.", no_args_is_help=True)
session_app = typer.Typer(help="Sessions of browsers.", no_args_is_help=True)

Scopes = Annotated[
    list[Scope] | None,
    typer.Option("--scope", help="What it is for; if not said: declare, read and act"),
]
Services = Annotated[
    list[str] | None, typer.Option("--service", help="It sees and does what is of these alone")
]
Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="When it ends; a year from now if not said"),
]


@token_app.command("create")
def create_tokens(
    people: list[str],
    scope: Scopes = None,
    name: Annotated[str, typer.Option(help="What its owner calls it")] = "token",
    until: Day = None,
    service: Services = None,
) -> None:
    """Print a new token for each person, one a line, in the order asked."""
    with opened() as register:
        check_known(register, people)
        day = until.date() if until else None
        asked = [NewToken(each, name, scope or USUAL, service or (), day) for each in people]
        for token in register.tokens.make(None, asked):
            typer.echo(token)


@token_app.command("revoke")
def revoke_tokens(people: list[str]) -> None:
    """End all tokens of each person."""
    with opened() as register:
        check_known(register, people)
        for person in people:
            typer.echo(f"{person}: {register.tokens.revoke(None, person)} ended.")


@session_app.command("end")
def end_sessions(people: list[str]) -> None:
    """Sign each person out, in every browser."""
    with opened() as register:
        check_known(register, people)
        for person in people:
            typer.echo(f"{person}: {register.account.end_sessions(None, person)} ended.")


def invite(
    person: str,
    at: Annotated[
        str, typer.Option(help="Where the register is served; `REGISTER_ADDRESS` if not said")
    ] = "",
) -> None:
    """Print a link that signs somebody in once, within 15 minutes."""
    with opened() as register:
        home = at or Settings.from_environment().address or ""
        typer.echo(f"{home.rstrip('/')}/sign-in/{register.signing_in.invite(person)}")
