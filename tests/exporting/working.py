"""What the background does with the jobs that auditors ask for."""

from __future__ import annotations

from uuid import UUID

from register.proving.exporting.exporting import Exports
from register.proving.jobs.at_work import JobWork, Verdict
from register.proving.jobs.names import JobOf
from register.proving.verifying import Told
from tests.browser import Office


def nothing_wrong(told: Told) -> Verdict:
    told(1, 1)
    return Verdict(is_right=True, said=["All 1 entries are as they were stored."])


def work_in(here: Office, verify: object = nothing_wrong) -> JobWork:
    found = here.register
    exports = Exports(found.log, found.read, found.audit, found.looks)
    return JobWork(here.log, exports, verify)  # type: ignore[arg-type]


def exported(here: Office, by: str = "dev") -> UUID:
    """A job that has made a bundle."""
    job = here.register.proofs.jobs.ask(by, JobOf.EXPORT, with_words=True)
    assert work_in(here).do_next()
    return job
