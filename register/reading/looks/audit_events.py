"""Looks as audit events of FHIR R4, after IHE's Basic Audit Log Patterns (BALP): who saw which
declaration, by ids alone. One event for each declaration that a look showed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from events.ids import own_id
from events.names import Shown
from register.reading.looks.look import Kept, Look, Seen

READ = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Read"
TERMS = "http://terminology.hl7.org/CodeSystem"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
OWN = "urn:declarations-register"
"""What our own ids and words belong to."""
SUCCESS, REFUSED = "0", "4"
NAME, OTHER = "1", "5"
"""How a network address is given: by the name of a machine, or in another way."""


def audit_events(kept: Kept) -> Iterator[dict[str, Any]]:
    """None for a look whose words are erased."""
    look = kept.look
    if look is None:
        return
    for place, seen in enumerate(look.at or (None,)):
        yield _event(kept, look, seen, place)


def _event(kept: Kept, look: Look, seen: Seen | None, place: int) -> dict[str, Any]:
    is_read = look.shown != Shown.REFUSAL
    return {
        "resourceType": "AuditEvent",
        "id": str(own_id("audit event", kept.number, place)),
        **({"meta": {"profile": [READ]}} if is_read else {}),
        "type": _coding(f"{TERMS}/audit-event-type", "rest", "Restful Operation"),
        "subtype": [_coding("http://hl7.org/fhir/restful-interaction", "read", "read")],
        "action": "R",
        "period": {"start": kept.first_at.isoformat(), "end": kept.last_at.isoformat()},
        "recorded": kept.first_at.isoformat(),
        "outcome": SUCCESS if is_read else REFUSED,
        "agent": [_client(look), _server(), _user(look, seen)],
        "source": {
            "observer": {"identifier": {"system": OWN, "value": "register"}},
            "type": [_coding(f"{TERMS}/security-source-type", "4", "Application Server")],
        },
        "entity": [_entity(kept, look, seen)],
    }


def _client(look: Look) -> dict[str, Any]:
    return {
        "type": _concept(DICOM, "110152", "Destination Role ID"),
        "who": {"display": "A program, with a token" if look.by_program else "A browser"},
        "requestor": False,
        "network": {"address": "not kept", "type": OTHER},
    }


def _server() -> dict[str, Any]:
    return {
        "type": _concept(DICOM, "110153", "Source Role ID"),
        "who": {"identifier": {"system": OWN, "value": "register"}},
        "requestor": False,
        "network": {"address": "register", "type": NAME},
    }


def _user(look: Look, seen: Seen | None) -> dict[str, Any]:
    role = {} if seen is None or seen.role is None else {"role": [_coded_role(seen.role)]}
    why = {} if seen is None or seen.why is None else {"policy": [_reason(seen)]}
    return {
        "type": _concept(f"{TERMS}/v3-ParticipationType", "IRCP", "information recipient"),
        "who": {"identifier": {"system": f"{OWN}:person", "value": look.by}},
        "requestor": True,
        **role,
        **why,
    }


def _coded_role(role: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{OWN}:role", "code": role}]}


def _reason(seen: Seen) -> str:
    """The rule under which they saw it, as an address of our own."""
    return f"{OWN}:reason:{seen.why.name.lower().replace('_', '-')}" if seen.why else ""


def _entity(kept: Kept, look: Look, seen: Seen | None) -> dict[str, Any]:
    about = {"system": f"{OWN}:look", "value": str(kept.number)}
    if seen is not None:
        about = {"system": f"{OWN}:declaration", "value": str(seen.declaration)}
    details = {"shown": look.shown, "looks": str(kept.count)}
    details |= {"part": look.part} if look.part else {}
    return {
        "what": {"identifier": about},
        "type": _coding(f"{TERMS}/audit-entity-type", "2", "System Object"),
        "role": _coding(f"{TERMS}/object-role", "4", "Domain Resource"),
        "detail": [{"type": name, "valueString": value} for name, value in details.items()],
    }


def _coding(system: str, code: str, display: str) -> dict[str, Any]:
    return {"system": system, "code": code, "display": display}


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [_coding(system, code, display)]}
