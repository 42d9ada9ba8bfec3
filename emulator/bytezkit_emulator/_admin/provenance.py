"""Handler for the provenance of the emulated behaviour."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import Reply, json_reply
from bytezkit_emulator._common.json import JsonObject, as_object, read_json
from bytezkit_emulator._openapi.provenance import provenance_report
from bytezkit_openapi import read_json as read_document


def _read_evidence(_: AdminContext, __: AdminCall) -> Reply:
    return json_reply(200, _cached_report())


# The report depends on the document alone.
@cache
def _cached_report() -> JsonObject:
    return provenance_report(as_object(read_json(read_document())))


PROVENANCE_HANDLERS: Final[Mapping[str, AdminHandler]] = {"readEvidence": _read_evidence}
