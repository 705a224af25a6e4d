"""The command `register`: it puts the three packages together. Also `python -m register`."""

from __future__ import annotations

from typing import Annotated

import typer

from register.console.reading_in import reading_in

with reading_in():
    from register.console.commands import app, plain_errors
    from register.console.last_resort import check_last_resort
    from register.console.opening import opened
    from register.demo.marking import is_demo
    from register.setup.one_server import only_server
    from register.setup.providers import read_providers
    from register.setup.settings import Settings


@app.command("serve")
def serve_command(
    host: Annotated[str, typer.Option(help="The address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="A made-up year of declarations")] = False,
) -> None:
    """Serve the register over HTTP."""
    with reading_in():
        from web.edge.heartbeat import Heartbeat  # imported here, as no other command has any pages
        from web.serving import Limits, serve

    settings = Settings.from_environment()
    providers = read_providers(settings.providers)
    with only_server(settings), opened(demo=demo) as register:
        check_last_resort(register)
        marked = is_demo(register.log)
        if settings.heartbeat_url is not None:
            register.clock.heartbeat = Heartbeat(settings.heartbeat_url.get_secret_value())
        register.clock.start()
        serve(
            register,
            host,
            port,
            settings.contact,
            settings.address,
            is_demo=marked,
            limits=Limits.of(settings),
            providers=providers,
            privacy_contact=settings.privacy_contact,
        )


def main() -> None:
    with plain_errors():
        app()


if __name__ == "__main__":
    main()
