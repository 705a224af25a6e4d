"""The proof of the register: its newest checkpoint, and what an auditor has done about it in the
background: verifying all of it, or taking it along as a bundle."""

from __future__ import annotations

from itertools import chain

from starlette.responses import Response, StreamingResponse

from register.errors import InvalidError, NotFoundError
from register.proving.jobs.names import JobOf
from register.proving.proofs import Published
from web.requests.visit import Visit, to

PATH = "/register/proof"
ONE = f"{PATH}/{{job}}"
BUNDLE = f"{ONE}/bundle"
REFRESHED = 5
"""Seconds after which a page without scripts asks again how far a job is."""


def show(visit: Visit) -> Response:
    proofs = visit.register.proofs
    published = _published(visit)
    return visit.page(
        "proof.html",
        "Proof",
        published=published,
        witnessed=proofs.witnessed() if published else None,
        jobs=proofs.jobs.of(visit.by),
    )


def _published(visit: Visit) -> Published | None:
    try:
        return visit.register.proofs.published()
    except NotFoundError:
        return None


def ask(visit: Visit) -> Response:
    """Have something begun: its page says how far it is."""
    wanted = str(visit.form.get("of", ""))
    if wanted not in JobOf.__members__.values():
        raise InvalidError.of("of", "Choose what is to be done: verify it, or take it along.")
    of = JobOf(wanted)
    with_words = of is JobOf.EXPORT and visit.form.get("without_words") != "yes"
    job = visit.register.proofs.jobs.ask(visit.by, of, with_words=with_words)
    return to(ONE.format(job=job))


def show_job(visit: Visit) -> Response:
    job = visit.register.proofs.jobs.one(visit.by, visit.path["job"])
    title = "Verifying the register" if job.of is JobOf.VERIFYING else "A bundle to take along"
    return visit.page("job.html", title, job=job, refreshed=REFRESHED, back=PATH)


def download(visit: Visit) -> Response:
    """The bundle. It was kept as a look at all that is in it while it was made."""
    parts = visit.register.proofs.jobs.bundle(visit.by, visit.path["job"])
    begin = next(parts)
    return StreamingResponse(
        chain([begin], parts),
        media_type="application/zip",
        headers={
            "Content-Disposition": 'attachment; filename="bundle.zip"',
            "Cache-Control": "no-store",
        },
    )
