"""The gate: whatever the contract allows or forbids is sent, and each answer is held to the contract."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# (The types of schemathesis leave parts open.)

from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from typing import Any, Final, TypeAlias

import pytest
import schemathesis
from hypothesis.errors import Flaky
from requests import RequestException
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup, ServerError
from schemathesis.errors import NoLinksFound
from schemathesis.schemas import APIOperation

from bytezkit_contract._finding import DOCUMENT, BrokenError, Finding, as_command, clause_of
from bytezkit_contract._housekeeping import take_down
from bytezkit_contract._server import Server, no_answer

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
Case: TypeAlias = schemathesis.Case[Operation]

# What nobody can take back: jobs that the service works on, each for a model that it would have to get.
_PERMANENT: Final = ("createJobV1", "requestModelV2")
# By the codes of schemathesis, which never change.
_MEANINGS: Final = {
    "ST101": "no request may make the server fail",
    "ST102": "no request may make the server fail",
    "ST103": "the contract does not list this status",
    "ST104": "the answer has no Content-Type",
    "ST105": "the contract does not list the type of the answer",
    "ST107": "a header is missing in the answer",
    "ST108": "the answer does not fit the contract",
    "ST109": "the answer is not JSON",
    "ST201": "it took a request that the contract forbids",
    "ST202": "it refused a request that the contract allows",
    "ST301": "what was deleted is still there",
    "ST302": "what was made is not there",
    "ST401": "it took a request without a key, or with a wrong one",
}


def read_settings() -> SchemathesisConfig:
    """Read which checks there are and what they admit."""
    with as_file(files("bytezkit_contract") / "schemathesis.toml") as path:
        return SchemathesisConfig.from_path(path)


# Each run sets its limits anew: schemathesis wants it when the tests are collected.
SCHEMA: Final = schemathesis.openapi.from_dict(DOCUMENT, config=read_settings())


class Gate:
    """Holds answers to the contract, and keeps what is broken.

    It goes on after a finding, and of several requests that show the same it keeps the shortest; nothing
    is sent again for that.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._findings: dict[tuple[str, str], Finding] = {}
        target = server.target
        self._transport: Final[dict[str, Any]] = {
            "base_url": target.url,
            "session": server.session,
            "timeout": target.timeout,
            "allow_redirects": False,
        }
        SCHEMA.config.generation.update(max_examples=target.examples)
        SCHEMA.config.checks.ignored_auth.enabled = not server.takes_any_key

    def check(self, case: Case) -> None:
        """Send a request and hold the answer to the contract."""
        if reason := self._left_out(case.operation):
            pytest.skip(reason)
        try:
            response = case.call(**self._transport)
        except RequestException as error:
            self._keep(case, "no answer", no_answer(error))
            return
        with self._keeping(case, response):
            case.validate_response(response, transport_kwargs=self._transport)

    def check_sequences(self) -> None:
        """Send requests in sequences along the links of the contract, each from nothing."""
        schema = SCHEMA.exclude(lambda context: self._left_out(context.operation) is not None)
        server, transport, keeping = self._server, self._transport, self._keeping

        class Sequence(schema.as_state_machine()):  # type: ignore[misc]  # made of the document at run time
            def get_call_kwargs(self, case: Case) -> dict[str, Any]:  # noqa: ARG002  # the same for all
                return transport

            def validate_response(
                self,
                response: schemathesis.Response,
                case: Case,
                additional_checks: Any = None,
                **kwargs: Any,
            ) -> None:
                with keeping(case, response):
                    super().validate_response(response, case, additional_checks, **kwargs)

            def teardown(self) -> None:
                # What exists decides what can follow, and Hypothesis takes the same start for the same.
                with suppress(BrokenError):
                    take_down(server)

        try:
            Sequence.run(settings=schema.config.get_hypothesis_settings())
        except NoLinksFound:
            pytest.skip("nothing that is left is linked")
        except Flaky:
            pytest.skip("after the same requests from nothing, the server was not in the same state")
        except RequestException as error:
            self._findings["sequences", "no answer"] = no_answer(error)

    def take_findings(self) -> list[Finding]:
        """Return what is broken since the last call."""
        found = list(self._findings.values())
        self._findings.clear()
        return found

    def _left_out(self, operation: Operation) -> str | None:
        """Say why an operation is left out, if it is."""
        if out := self._server.target.without.intersection(operation.tags or ()):
            return f"left out: {', '.join(sorted(out))}"
        if operation.definition.raw["operationId"] in _PERMANENT and not self._server.target.is_loopback:
            return "the jobs that it makes could not be deleted"
        return None

    @contextmanager
    def _keeping(self, case: Case, response: schemathesis.Response) -> Generator[None]:
        try:
            yield
        except FailureGroup as group:
            failures = group.exceptions
            # What else such an answer lacks says nothing.
            crashes = [failure for failure in failures if isinstance(failure, ServerError)]
            for failure in crashes or failures:
                self._keep(case, failure.code, _finding(failure, response))
        except RequestException as error:
            self._keep(case, "no answer", no_answer(error))

    def _keep(self, case: Case, kind: str, finding: Finding) -> None:
        key = (case.operation.label, kind)
        known = self._findings.get(key)
        if known is None or len(finding.request) < len(known.request):
            self._findings[key] = finding


def _finding(failure: Failure, response: schemathesis.Response) -> Finding:
    request = response.request
    method, url = str(request.method), str(request.url)
    meaning = _MEANINGS.get(failure.code, failure.title.lower())
    detail = "; ".join(failure.message.partition("\n\n")[0].split("\n"))
    sentence = f"{method} {request.path_url} answered {response.status_code}: {meaning}"
    if detail:
        sentence += f" ({detail})"
    return Finding(f"{sentence}.", clause_of(method, url), as_command(request))
