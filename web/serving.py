"""Serves the register with uvicorn. It logs lines of JSON without personal data."""

from __future__ import annotations

import logging
import signal
import sys

import orjson
import structlog
import uvicorn
from structlog.typing import EventDict, Processor

from register.reading.ground import shortcomings
from register.register import Register
from web.app import create_app


def serve(
    register: Register,
    host: str,
    port: int,
    contact: str | None = None,
    address: str | None = None,
    *,
    is_demo: bool = False,
) -> None:
    """Serve until the process is told to stop. Requests under way are answered first."""
    log_as_json()
    for each in shortcomings(register.log.database):
        structlog.get_logger("register").warning("shortcoming", what=each)
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, _leave)  # uvicorn stops first, then raises the signal again
    config = uvicorn.Config(
        create_app(register, contact, address, is_demo=is_demo),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    _Announcing(config).run()


def _leave(_signal: int, _frame: object) -> None:
    """Leave with an exception, so that every `finally` runs and the register is closed. Whoever
    asks again meanwhile does not break that off."""
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, signal.SIG_IGN)
    sys.exit(0)


class _Announcing(uvicorn.Server):
    """Logs the server's address once it can be reached."""

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        for server in self.servers:
            for socket in server.sockets:
                host, port = socket.getsockname()[:2]
                structlog.get_logger("web").info("serving", url=f"http://{host}:{port}")


def log_as_json() -> None:
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(orjson.dumps)],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
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


def _name_the_error(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Log only the type of an error: its message may hold what people wrote."""
    exception = line.pop("exc_info", None)
    if isinstance(exception, tuple) and exception[0] is not None:
        line["error"] = exception[0].__name__
    return line
