"""Serves the register with uvicorn. It logs lines of JSON without personal data."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, TextIO, cast

import orjson
import structlog
import uvicorn
from starlette.applications import Starlette
from structlog.typing import EventDict, Processor

from register.proving.witness.service import Witness
from register.reading.ground import shortcomings
from register.register import Register
from register.setup.providers import Providers
from register.setup.settings import Settings
from web.api.witness import create_witness
from web.app import create_app
from web.edge.allowances import Allowance, Allowed
from web.edge.connections import Door, GuardedConnection, MostConnections
from web.edge.lines import Lines, to_standard_error
from web.edge.streams import MostStreams, Streams
from web.requests.session import is_overheard

OVERHEARD = (
    "People reach the register without https, so whoever is on the network hears what they say and "
    "can come in as they do: put it behind a proxy that speaks TLS, and set REGISTER_ADDRESS."
)


@dataclass(frozen=True)
class Limits:
    """What the server takes: so many connections, and so much from each person in a minute."""

    connections: int
    connections_by_address: int
    changes_a_minute: int
    calls_a_minute: int
    proxies: Sequence[str] = ()
    """The addresses and networks of the proxies that are believed."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        return cls(
            settings.connections,
            settings.connections_by_address,
            settings.changes_a_minute,
            settings.calls_a_minute,
            settings.believed_proxies(),
        )

    def allowed(self) -> Allowed:
        return Allowed(Allowance(self.changes_a_minute), Allowance(self.calls_a_minute))

    def streams(self) -> MostStreams:
        """They leave half of the connections to those who ask and go."""
        return MostStreams(self.connections // 2, self.connections_by_address // 2)

    def door(self) -> Door:
        return Door(MostConnections(self.connections, self.connections_by_address))


def serve(
    register: Register,
    host: str,
    port: int,
    contact: str | None = None,
    address: str | None = None,
    *,
    is_demo: bool = False,
    limits: Limits,
    providers: Providers | None = None,
    privacy_contact: str | None = None,
) -> None:
    """Serve until the process is told to stop. Requests under way are answered first."""
    _tell_what_lacks(register, address)
    door = limits.door()
    leave_when_told()
    streams = Streams(register, limits.streams())
    app = create_app(
        register,
        contact,
        address,
        is_demo=is_demo,
        allowed=limits.allowed(),
        providers=providers,
        privacy_contact=privacy_contact,
        streams=streams,
    )
    config = _config(app, host, port, door, limits)
    try:
        GuardedServer(config, door, streams.close).run()
    finally:
        streams.stop()


def serve_witness(witness: Witness, host: str, port: int, limits: Limits) -> None:
    """Serve a witness, which has no register, until the process is told to stop."""
    structlog.get_logger("witness").info("witness", key=str(witness.key.public))
    door = limits.door()
    leave_when_told()
    GuardedServer(_config(create_witness(witness), host, port, door, limits), door).run()


def _config(app: Starlette, host: str, port: int, door: Door, limits: Limits) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=partial(GuardedConnection, door),  # type: ignore[arg-type]  # it is only called
        ws="none",
        log_config=None,
        access_log=False,
        forwarded_allow_ips=list(limits.proxies),
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def leave_when_told() -> None:
    """Where uvicorn serves, it stops first, then raises the signal again."""
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, _leave)


def _tell_what_lacks(register: Register, address: str | None) -> None:
    overheard = [OVERHEARD] if address is not None and is_overheard(address) else []
    for each in (*shortcomings(register.log.database), *overheard):
        structlog.get_logger("register").warning("shortcoming", what=each)


def _leave(_signal: int, _frame: object) -> None:
    """Leave with an exception, so that every `finally` runs and the register is closed. Whoever
    asks again meanwhile does not break that off."""
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, signal.SIG_IGN)
    sys.exit(0)


class GuardedServer(uvicorn.Server):
    """Logs the server's address once it can be reached, and has slow connections closed."""

    def __init__(
        self, config: uvicorn.Config, door: Door, begin_to_end: Callable[[], None] = lambda: None
    ) -> None:
        """`begin_to_end` is called as soon as it is told to stop."""
        super().__init__(config)
        self._begin_to_end = begin_to_end
        self._door = door
        self._watching: asyncio.Task[None] | None = None

    async def shutdown(self, sockets: list | None = None) -> None:
        if self._watching is not None:
            self._watching.cancel()
        self._begin_to_end()
        await super().shutdown(sockets)

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # looking through the whole program for garbage stops everybody for 0.1 s
        self._watching = asyncio.create_task(self._door.watch())
        for server in self.servers:
            for socket in server.sockets:
                host, port = socket.getsockname()[:2]
                structlog.get_logger("web").info("serving", url=f"http://{host}:{port}")


def log_to_standard_error() -> None:
    log_as_json(to_standard_error())


def log_as_json(lines: Lines) -> None:
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(orjson.dumps)],
        logger_factory=structlog.BytesLoggerFactory(cast(BinaryIO, lines)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(cast(TextIO, lines))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _name_the_error,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    # It warns of each request that cannot be read, as often as anybody sends one.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def _name_the_error(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Log only the type of an error: its message may hold what people wrote."""
    exception = line.pop("exc_info", None)
    if isinstance(exception, tuple) and exception[0] is not None:
        line["error"] = exception[0].__name__
    return line
