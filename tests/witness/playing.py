"""Plays the cases of tests/witness/cases.json against any witness that knows their logs:

    python -m tests.witness.playing http://127.0.0.1:8001 'witness.example/w1+0123abcd+BA...'

`python -m tests.witness.playing --logs` prints the logs as the TOML file of `register witness`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import httpx

from events.proof.cosignatures import CosignerKey
from events.proof.notes import BadNoteError, Note, PublicKey, read_note, read_signatures

FILE = Path(__file__).parent / "cases.json"
CASES: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
NAME = "witness.example/w1"


def logs_as_toml(name: str = NAME) -> str:
    logs = [
        f"[[log]]\norigin = {json.dumps(each['origin'])}\nkeys = {json.dumps(each['keys'])}\n"
        for each in CASES["logs"]
    ]
    return "\n".join([f"name = {json.dumps(name)}\n", *logs])


def wrong_in(case: dict[str, Any], client: httpx.Client, witness: CosignerKey) -> list[str]:
    """What the witness answers otherwise than the case says."""
    return [
        f"{case['name']}, step {number}: {wrong}"
        for number, step in enumerate(case["steps"], start=1)
        for wrong in wrong_in_step(step, client, witness)
    ]


def wrong_in_step(step: dict[str, Any], client: httpx.Client, witness: CosignerKey) -> list[str]:
    request, wanted = step["request"], step["answer"]
    content = request.get("body", "").encode()
    answer = client.request(request["method"], f"/{request['path']}", content=content)
    wrong = []
    if answer.status_code != wanted["status"]:
        wrong.append(f"status {answer.status_code}, not {wanted['status']}: {answer.text}")
    if "body" in wanted and answer.text != wanted["body"]:
        wrong.append(f"body {answer.text!r}, not {wanted['body']!r}")
    if "content_type" in wanted:
        given = answer.headers.get("content-type", "").partition(";")[0]
        wrong += [] if given == wanted["content_type"] else [f"type {given!r}"]
    if wanted["is_cosigned"] and answer.is_success:
        wrong += wrong_with_note(request, wanted, answer.content, witness)
    return wrong


def wrong_with_note(
    request: dict[str, Any], wanted: dict[str, Any], body: bytes, witness: CosignerKey
) -> list[str]:
    """Whether the witness has cosigned; and the log signed, where all of the note is given."""
    try:
        if "checkpoint" not in wanted:
            sent = read_note(request["body"].encode().partition(b"\n\n")[2])
            Note(sent.text, tuple(read_signatures(body))).signed_by([witness])
            return []
        note = read_note(body)
        note.signed_by([witness])
        note.signed_by([PublicKey.read(wanted["signed_by"])])
    except BadNoteError as refused:
        return [str(refused)]
    return [] if note.text == wanted["checkpoint"] else [f"another checkpoint: {note.text!r}"]


def main(arguments: list[str]) -> int:
    if arguments == ["--logs"]:
        print(logs_as_toml(), end="")
        return 0
    url, key = arguments
    with httpx.Client(base_url=url, trust_env=False) as client:
        wrong = [
            each
            for case in CASES["cases"]
            for each in wrong_in(case, client, CosignerKey.read(key))
        ]
    print(*wrong, f"{len(CASES['cases'])} cases, {len(wrong)} answers otherwise", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
