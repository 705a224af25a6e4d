"""The least that could be built: an endpoint that validates a declaration and stores it as a row.

No person, no rule, no alert, no history, nothing sealed. `python -m bench.peers.bare URL --port=N`
"""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import sqlalchemy as sa
import uvicorn
from pydantic import AwareDatetime, BaseModel, Field, ValidationError
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.log.database import engine_to

POOL = 10
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 30000")


class Gift(BaseModel):
    item: Annotated[str, Field(min_length=1, max_length=4000)]
    worth: Decimal | None
    token: bool
    form: Literal["goods", "cash", "voucher", "hospitality", "bequest"]
    giver: Literal["service_user", "relative_or_carer", "other"]
    offer: Literal["received", "declined"]
    without_warning: bool
    whereabouts: Literal["with_me", "at_service", "given_back", "with_giver"]


class Declaration(BaseModel):
    kind: Literal["gift"]
    happened_on: date
    captured_at: AwareDatetime
    service_user: Annotated[str, Field(pattern=r"^[A-Za-z0-9/.\-]{1,40}$")]
    details: Gift
    late_reason: str | None = None


metadata = sa.MetaData()
declarations = sa.Table(
    "declarations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
INSERT = sa.insert(declarations)


def engine_for(url: str) -> sa.Engine:
    engine = engine_to(url, pool_size=POOL, max_overflow=0)
    if engine.dialect.name == "sqlite":
        _set_up_sqlite(engine)
    metadata.create_all(engine)
    return engine


def _set_up_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection, _record) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def create_app(engine: sa.Engine) -> Starlette:
    def store(id_text: str, body: bytes) -> Response:
        try:
            declaration = Declaration.model_validate_json(body)
        except ValidationError as error:
            return Response(error.json(), 422, media_type="application/json")
        text = declaration.model_dump_json()
        with engine.begin() as connection:
            connection.execute(INSERT, {"id": UUID(id_text), "body": text})
        return Response(text, 201, media_type="application/json")

    async def put(request: Request) -> Response:
        return await run_in_threadpool(store, request.path_params["id"], await request.body())

    return Starlette(routes=[Route("/api/declarations/{id}", put, methods=["PUT"])])


if __name__ == "__main__":
    url, port = sys.argv[1], int(sys.argv[2].removeprefix("--port="))
    uvicorn.run(
        create_app(engine_for(url)),
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
    )
