"""A run of the contract tests against one server, as a pytest plugin."""

import sys
from collections.abc import Generator
from enum import IntEnum
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis.configuration import set_hypothesis_home_dir
from requests import Response

from bytezkit_contract._adapter import SECOND_KEY_PLACEHOLDER, MeteredAdapter, open_session
from bytezkit_contract._cleanup import CreatedResource, created_resource, delete_resources, list_resources
from bytezkit_contract._schema_checks import SchemaChecks
from bytezkit_contract._server import UNKNOWN_KEY, Server
from bytezkit_contract._target import Target
from bytezkit_contract._violation import ViolationError

_SECOND_KEY: Final = "bytezkit-contract-second-key"
# What the status of the first request means if no test could pass.
_REDIRECT: Final = "redirects to {}: pass the URL of the API"
_FIRST_STATUSES: Final = {
    **dict.fromkeys((301, 302, 303, 307, 308), _REDIRECT),
    401: "rejects the key: a gateway may require --key-header",
    403: "refuses requests: a gateway may require --header",
    404: "is not the URL of the API: a gateway may require a path prefix",
}


class Verdict(IntEnum):
    """Result of a run, as the exit code of the command."""

    CONFORMS = 0
    VIOLATES = 1
    REFUSED = 2
    UNREACHABLE = 3
    INCOMPLETE = 4


class ContractSession:
    """Provides the fixtures of the tests, and checks and cleans up the server.

    Attributes:
        target: The server to test.
        adapter: Transport adapter of all requests.
        verdict: Result of the run; None before it is known.
        notes: Lines for the end of the report.
    """

    def __init__(self, target: Target) -> None:
        self.target: Final = target
        self.adapter: Final = MeteredAdapter(target, second_key=target.second_key or _SECOND_KEY)
        self.verdict: Verdict | None = None
        self.notes: Final[list[str]] = []
        http = open_session(target, self.adapter)
        http.hooks["response"].append(self._count_created)
        self._server = Server(target, http)
        self._created: set[CreatedResource] = set()
        # False until the key is known to have no resources, so that cleanup deletes only created resources.
        self._may_clean_up = False

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the marker of optional parts, and prepare hypothesis and schemathesis."""
        # Hypothesis stores constants of local modules, otherwise in the current directory.
        self._hypothesis_home = TemporaryDirectory(prefix="bytezkit-contract-")
        set_hypothesis_home_dir(self._hypothesis_home.name)
        # A decorated test remembers which methods it has sent; another run in this process sends them again.
        sys.modules.pop("bytezkit_contract.operations.test_operations", None)
        config.addinivalue_line("markers", "part(name): invariant of a part of the API that may be missing")

    # Before the collection, since it takes seconds and generates requests.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Check that the server is reachable and that the key has no resources."""
        try:
            self._check_server()
        except pytest.skip.Exception as error:
            raise self._exit(Verdict.INCOMPLETE, str(error)) from None

    def _check_server(self) -> None:
        try:
            response = self._server.send("GET", "/models/v2/list/tasks")
        except ViolationError as error:
            raise self._exit(Verdict.UNREACHABLE, error.violations[0].message) from None
        if response.status in _FIRST_STATUSES:
            problem = _FIRST_STATUSES[response.status].format(response.headers.get("location"))
            raise self._exit(Verdict.REFUSED, f"{self.target.url} {problem} ({response.status})")
        random_key = self._server.send("GET", "/models/v2/list/tasks", authorization=f"Key {UNKNOWN_KEY}")
        self._server.accepts_any_key = self.target.is_loopback and random_key.status == 200
        try:
            resources = list_resources(self._server)
        except ViolationError as error:
            raise self._exit(Verdict.VIOLATES, str(error)) from None
        if resources:
            names = ", ".join(str(resource) for resource in resources)
            raise self._exit(
                Verdict.REFUSED,
                f"the key has resources that the tests would change and delete: {names}. Use a key without "
                "clusters and instances",
            )
        if self._server.accepts_any_key:
            self.notes.append("The server accepts any key, so tests with a wrong key were skipped.")
        self._schema_checks = SchemaChecks(self._server)
        self._may_clean_up = True

    def _count_created(self, response: Response, **_: object) -> None:
        if (resource := created_resource(response)) is not None:
            self._created.add(resource)
            self.adapter.created = len(self._created)

    def _exit(self, verdict: Verdict, reason: str) -> Exception:
        self.verdict = verdict
        return pytest.exit.Exception(self.adapter.redact(reason), returncode=int(verdict))

    @pytest.fixture(scope="session")
    def server(self) -> Server:
        """The server to test."""
        return self._server

    @pytest.fixture(scope="session")
    def second_key(self) -> str:
        """Value of the header Authorization with the second key."""
        if self.target.second_key is None and not self._server.accepts_any_key:
            pytest.skip("requires --second-key-file")
        return f"Key {SECOND_KEY_PLACEHOLDER}"

    @pytest.fixture(scope="session")
    def schema_checks(self) -> SchemaChecks:
        """Checks of responses against the OpenAPI document."""
        return self._schema_checks

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Skip the invariants of parts that the server does not implement."""
        for item in items:
            for mark in item.iter_markers("part"):
                if mark.args[0] in self.target.without:
                    item.add_marker(pytest.mark.skip(reason=f"--without {mark.args[0]}"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None]:
        """Fail the test if the schema checks recorded violations, even if the test ended as skipped."""
        try:
            yield
        except (Exception, pytest.skip.Exception):
            self._raise_violations()
            raise
        self._raise_violations()

    def _raise_violations(self) -> None:
        if violations := self._schema_checks.take_violations():
            raise ViolationError(*violations) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Report violations without a traceback, which would only show the test."""
        report = yield
        if call.excinfo is not None and isinstance(call.excinfo.value, ViolationError):
            report.longrepr = self.adapter.redact(str(call.excinfo.value))
        return report

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Delete created resources, also after an error or interrupt, and set the verdict."""
        if not self._may_clean_up:
            return
        found: list[CreatedResource] = []
        remaining: list[CreatedResource] = []
        try:
            with self.adapter.cleaning_up():
                found = delete_resources(self._server)
                remaining = list_resources(self._server)
        except ViolationError as error:
            message = self.adapter.redact(error.violations[0].message)
            self.notes.append(f"Created resources could not be deleted. {message}")
            session.exitstatus = Verdict.VIOLATES
        except pytest.skip.Exception as error:
            self.notes.append(f"NOT DELETED: created resources, since {error}.")
        if deleted := [str(resource) for resource in found if resource not in remaining]:
            self.notes.append(f"Deleted at the end: {', '.join(deleted)}.")
        if remaining:
            names = ", ".join(str(resource) for resource in remaining)
            self.notes.append(f"NOT DELETED: {names}.")
            session.exitstatus = Verdict.VIOLATES
        self.notes.append(f"{self.adapter.sent} requests were sent.")
        if self.adapter.stop_reason is not None and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = Verdict.INCOMPLETE
        # Other exit codes of pytest, such as INTERRUPTED, have the numbers of unrelated verdicts.
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            self.verdict = Verdict(session.exitstatus)

    def pytest_unconfigure(self) -> None:
        """Close the connections, and delete the files of hypothesis."""
        self._server.session.close()
        set_hypothesis_home_dir(None)
        self._hypothesis_home.cleanup()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the notes if pytest's own report is in use."""
        for note in self.notes:
            terminalreporter.write_line(note)
