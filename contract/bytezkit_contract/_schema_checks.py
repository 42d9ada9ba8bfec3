"""Checks of responses against the OpenAPI document, for generated valid and invalid requests."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# (schemathesis is partly untyped; pyright allows no reason in the line above.)

from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from itertools import chain
from typing import Any, Final, TypeAlias

import pytest
import schemathesis
from hypothesis.errors import Flaky
from requests import RequestException
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup, ServerError
from schemathesis.errors import NoLinksFound
from schemathesis.schemas import APIOperation

from bytezkit_contract._cleanup import delete_resources
from bytezkit_contract._links import with_v1_links
from bytezkit_contract._server import UNKNOWN_KEY, Server, ServerResponse, no_response
from bytezkit_contract._violation import (
    DOCUMENT,
    Violation,
    ViolationError,
    contract_pointer,
    curl_command,
)

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
Case: TypeAlias = schemathesis.Case[Operation]

# These create jobs for new models, which the API cannot delete.
_IRREVERSIBLE_OPERATIONS: Final = ("createJobV1", "requestModelV2")
# Keys are schemathesis's failure codes, which are stable across its versions; its titles are not.
_MESSAGES: Final = {
    "ST101": "no request may cause a server error",
    "ST102": "no request may cause a server error",
    "ST103": "the contract does not list this status",
    "ST104": "the response has no Content-Type",
    "ST105": "the contract does not list this Content-Type",
    "ST107": "the response lacks a required header",
    "ST108": "the response does not match its schema",
    "ST109": "the response is not JSON",
    "ST201": "the server accepted an invalid request",
    "ST202": "the server rejected a valid request",
    "ST301": "a deleted resource still exists",
    "ST302": "a created resource does not exist",
}


def read_settings() -> SchemathesisConfig:
    """Return the settings of schemathesis: enabled checks and accepted statuses."""
    with as_file(files("bytezkit_openapi") / "schemathesis.toml") as path:
        return SchemathesisConfig.from_path(path)


# A module constant, since `SCHEMA.parametrize` needs it when pytest imports the tests. Limits that depend on
# the target are set by SchemaChecks, before the tests generate requests.
SCHEMA: Final = schemathesis.openapi.from_dict(with_v1_links(DOCUMENT), config=read_settings())


class SchemaChecks:
    """Sends generated requests, checks the responses and records violations.

    A violation does not end the run. Of several requests with the same violation, the shortest is
    recorded; no request is repeated to find a shorter one.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._violations: dict[tuple[str, str], Violation] = {}
        self._authenticated: set[str] = set()
        target = server.target
        self._transport: Final[dict[str, Any]] = {
            "base_url": target.url,
            "session": server.session,
            "timeout": target.timeout,
            "allow_redirects": False,
        }
        SCHEMA.config.generation.update(max_examples=target.examples)
        # Schemathesis sends the requests of this check without the session, and thereby past the budget.
        SCHEMA.config.checks.ignored_auth.enabled = False

    def check(self, case: Case) -> None:
        """Send a request and check the response."""
        if reason := self._skip_reason(case.operation):
            pytest.skip(reason)
        try:
            response = case.call(**self._transport)
        except RequestException as error:
            self._record(case, "no response", no_response(error))
            return
        if self._server.allows_unknown(case.method, response.status_code):
            return
        with self._recording(case, response):
            case.validate_response(response, transport_kwargs=self._transport)
            self._check_authentication(case, response)

    def _check_authentication(self, case: Case, response: schemathesis.Response) -> None:
        """Send the first success of each operation with unknown keys, and without a required key."""
        if response.status_code >= 300 or case.operation.label in self._authenticated:
            return
        self._authenticated.add(case.operation.label)
        security = case.operation.definition.raw.get("security", [{}])
        schemes: Iterable[str] = () if self._server.accepts_any_key else chain.from_iterable(security)
        unknown = [f"{scheme} {UNKNOWN_KEY}" for scheme in schemes]
        # An optional key is refused if it is wrong.
        for authorization in unknown if {} in security else (None, *unknown):
            request = response.request.copy()
            request.headers.pop("Authorization", None)
            if authorization is not None:
                request.headers["Authorization"] = authorization
            probe = ServerResponse(
                self._server.session.send(request, timeout=self._server.target.timeout, allow_redirects=False)
            )
            if probe.status not in (401, 403):
                problem = "the server accepted a request without a key or with a wrong key"
                self._record(case, "authentication", *probe.violation(problem).violations)

    def check_sequences(self) -> None:
        """Send sequences of requests along the links of the document, each without earlier resources."""
        schema = SCHEMA.exclude(lambda context: self._skip_reason(context.operation) is not None)
        server, transport, recording = self._server, self._transport, self._recording

        class Sequence(schema.as_state_machine()):  # type: ignore[misc]  # schemathesis creates the base class
            def get_call_kwargs(self, case: Case) -> dict[str, Any]:
                return {**super().get_call_kwargs(case), **transport}

            def validate_response(
                self,
                response: schemathesis.Response,
                case: Case,
                additional_checks: Any = None,
                **kwargs: Any,
            ) -> None:
                with recording(case, response):
                    super().validate_response(response, case, additional_checks, **kwargs)

            def teardown(self) -> None:
                # Hypothesis requires that a sequence with the same start behaves the same. A resource from
                # an earlier sequence would change the responses, and thereby the possible next requests.
                with suppress(ViolationError):
                    delete_resources(server)

        try:
            Sequence.run(settings=schema.config.get_hypothesis_settings())
        except NoLinksFound:
            pytest.skip("the remaining operations have no links")
        except Flaky:
            pytest.skip("the same sequence of requests led to different responses")
        except RequestException as error:
            self._violations["sequences", "no response"] = no_response(error)

    def take_violations(self) -> list[Violation]:
        """Return and clear the violations since the last call."""
        violations = list(self._violations.values())
        self._violations.clear()
        return violations

    def _skip_reason(self, operation: Operation) -> str | None:
        """Return the reason to skip an operation, or None."""
        if missing := self._server.target.without.intersection(operation.tags or ()):
            return " ".join(f"--without {part}" for part in sorted(missing))
        is_irreversible = operation.definition.raw["operationId"] in _IRREVERSIBLE_OPERATIONS
        if is_irreversible and not self._server.target.is_loopback:
            return "creates jobs that the API cannot delete"
        return None

    @contextmanager
    def _recording(self, case: Case, response: schemathesis.Response) -> Generator[None]:
        try:
            yield
        except FailureGroup as group:
            failures = group.exceptions
            # A server error also fails checks of the schema and headers; these failures have the same cause.
            server_errors = [failure for failure in failures if isinstance(failure, ServerError)]
            for failure in server_errors or failures:
                self._record(case, failure.code, _violation(failure, response))
        except RequestException as error:
            self._record(case, "no response", no_response(error))

    def _record(self, case: Case, kind: str, violation: Violation) -> None:
        key = (case.operation.label, kind)
        recorded = self._violations.get(key)
        if recorded is None or len(violation.command) < len(recorded.command):
            self._violations[key] = violation


def _violation(failure: Failure, response: schemathesis.Response) -> Violation:
    request = response.request
    method, url = str(request.method), str(request.url)
    problem = _MESSAGES.get(failure.code, failure.title.lower())
    detail = "; ".join(failure.message.partition("\n\n")[0].split("\n"))
    message = f"{method} {request.path_url} returned {response.status_code}: {problem}"
    if detail:
        message += f" ({detail})"
    return Violation(f"{message}.", contract_pointer(method, url), curl_command(request))
