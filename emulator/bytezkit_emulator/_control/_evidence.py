"""How firm the emulated behaviour is, over HTTP."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from bytezkit_emulator._control._faces import ControlCall, ControlHandler, Faces
from bytezkit_emulator._evidence import evidence_report
from bytezkit_emulator._json import JsonObject, as_object, read_json
from bytezkit_emulator._messages import Reply, json_reply
from bytezkit_openapi import read_json as read_document


def _read_evidence(_: Faces, __: ControlCall) -> Reply:
    return json_reply(200, _report())


@cache
def _report() -> JsonObject:
    return evidence_report(as_object(read_json(read_document())))


EVIDENCE_HANDLERS: Final[Mapping[str, ControlHandler]] = {"readEvidence": _read_evidence}
