"""The read models, which make lists fast: each is written in the transaction of the entry.

They hold ids, dates, states, flags and blind indexes, but never words: so no words are left in
them when a key is destroyed.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from register.projections import (
    asked_as_well,
    barred,
    elsewhere,
    erasures,
    exclusions,
    for_officers,
    further,
    holds,
    inbox,
    named,
    news,
    register_list,
    service_users,
    settled,
    told,
    worker_record,
)
from register.projections.change import Change, change_of, metadata
from register.projections.rows import Rows

READ_MODELS = {
    worker_record.worker_record: worker_record.project,
    inbox.inbox: inbox.project,
    asked_as_well.asked_as_well: asked_as_well.project,
    exclusions.exclusions: exclusions.project,
    register_list.register_list: register_list.project,
    told.told: told.project,
    barred.barred: barred.project,
    news.news: news.project,
    named.named: named.project,
    elsewhere.elsewhere: elsewhere.project,
    service_users.service_users: service_users.project,
    further.further: further.project,
    holds.holds: holds.project,
    settled.settled: settled.project,
    for_officers.for_officers: for_officers.project,
    erasures.erasures: erasures.project,
}


def project(connection: sa.Connection, changes: Sequence[Change]) -> None:
    """Write changes, in the order given, into every read model."""
    for table, project_one in READ_MODELS.items():
        rows = Rows(table)
        for change in changes:
            project_one(rows, change)
        rows.write(connection)


__all__ = ["READ_MODELS", "Change", "change_of", "metadata", "project"]
