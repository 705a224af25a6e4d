"""What people see, kept ready: each read model is written in the transaction of the entry.

They hold ids, dates, states, flags and blind indexes, never words: none outlives a key.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from register.projections import exclusions, inbox, register_list, told, worker_record
from register.projections.change import Change, metadata

READ_MODELS = (worker_record, inbox, exclusions, register_list, told)


def project(connection: sa.Connection, changes: Iterable[Change]) -> None:
    for change in changes:
        for read_model in READ_MODELS:
            read_model.project(connection, change)


__all__ = ["READ_MODELS", "Change", "metadata", "project"]
