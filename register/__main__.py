"""The command `register`: it puts the three packages together. Also `python -m register`."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from register.console.reading_in import reading_in

with reading_in():
    from register.console.background import background, background_elsewhere, check_may_be_elsewhere
    from register.console.commands import app, plain_errors
    from register.console.last_resort import check_last_resort
    from register.console.opening import opened
    from register.console.signing import signing_elsewhere
    from register.demo.marking import is_demo
    from register.demo.opening import signed
    from register.proving.witness.logs import read_known
    from register.proving.witness.service import opened_witness
    from register.register import Register
    from register.setup.one_server import only_server
    from register.setup.promising import promise
    from register.setup.providers import read_providers
    from register.setup.settings import Settings


@app.command("serve")
def serve_command(
    host: Annotated[str, typer.Option(help="The address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="A made-up year of declarations")] = False,
    in_background: Annotated[
        bool,
        typer.Option(
            "--background/--no-background",
            help="Also chase alerts and send, unless another process does; without it, "
            "`register background` does (on PostgreSQL)",
        ),
    ] = True,
) -> None:
    """Serve the register over HTTP."""
    with reading_in():
        from web import serving  # no other command has any pages

    settings = Settings.from_environment()
    providers = read_providers(settings.providers)
    if demo:
        settings = signed(settings)
    with only_server(settings), opened(demo=demo) as register:
        check_last_resort(register)
        promise(register, settings)
        _give_signs_of_life(register, settings)
        serving.log_to_standard_error()
        works = background if in_background else background_elsewhere
        with works(register, settings):
            serving.serve(
                register,
                host,
                port,
                settings.contact,
                settings.address,
                is_demo=is_demo(register.log),
                limits=serving.Limits.of(settings),
                providers=providers,
                privacy_contact=settings.privacy_contact,
            )


@app.command("background")
def background_command() -> None:
    """Chase alerts and send, beside servers; of several on PostgreSQL, one does at a time."""
    with reading_in():
        from web.serving import leave_when_told, log_to_standard_error

    settings = Settings.from_environment()
    with opened() as register:
        check_may_be_elsewhere(register)
        check_last_resort(register)
        _give_signs_of_life(register, settings)
        log_to_standard_error()
        leave_when_told()
        with background(register, settings):
            while True:
                signal.pause()


@app.command("witness")
def witness_command(
    logs: Annotated[Path, typer.Argument(help="TOML file: its name, and the logs that it knows")],
    folder: Annotated[
        Path, typer.Option(help="Where its key and what it has cosigned are kept")
    ] = Path("data/witness"),
    host: Annotated[str, typer.Option(help="The address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8001,
    key: Annotated[bool, typer.Option("--key", help="Print its public key and end")] = False,
) -> None:
    """Witness logs: cosign what has only grown. It needs no register. See docs/proof.md."""
    with reading_in():
        from web.serving import Limits, log_to_standard_error, serve_witness

    witness = opened_witness(read_known(logs), folder)
    if key:
        typer.echo(witness.key.public)
        return
    log_to_standard_error()
    serve_witness(witness, host, port, Limits.of(Settings.from_environment()))


@app.command("sign")
def sign_command() -> None:
    """Sign checkpoints of the log and publish them, beside servers on PostgreSQL. It needs the
    log's key alone, and none of those with which words are sealed."""
    with reading_in():
        from web.serving import leave_when_told, log_to_standard_error

    log_to_standard_error()
    leave_when_told()
    with signing_elsewhere(Settings.from_environment()):
        while True:
            signal.pause()


def _give_signs_of_life(register: Register, settings: Settings) -> None:
    if settings.heartbeat_url is not None:
        from web.edge.heartbeat import Heartbeat

        register.clock.heartbeat = Heartbeat(settings.heartbeat_url.get_secret_value())


def main() -> None:
    with plain_errors():
        app()


if __name__ == "__main__":
    main()
