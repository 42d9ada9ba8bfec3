"""A run of the tests of this package against one server."""

from collections.abc import Generator
from enum import IntEnum
from secrets import token_hex
from typing import Final

import pytest

from bytezkit_contract._finding import BrokenError
from bytezkit_contract._gate import Gate
from bytezkit_contract._housekeeping import belongings, take_down
from bytezkit_contract._server import Server
from bytezkit_contract._target import Target
from bytezkit_contract._wire import SECOND_KEY, Wire, open_session


class Verdict(IntEnum):
    """What a run says, as the exit code of the command."""

    SPEAKS_THE_CONTRACT = 0
    BROKEN = 1
    REFUSED = 2
    UNREACHABLE = 3
    NOT_FINISHED = 4


class ContractSession:
    """The plugin of a run: what the tests are given, and what stands around them.

    Attributes:
        target: The server.
        verdict: What the run says, once it is known.
        notes: What there is to say besides the results.
    """

    def __init__(self, target: Target) -> None:
        self.target: Final = target
        self.wire: Final = Wire(target, second_key=target.second_key or token_hex(16))
        self.verdict: Verdict | None = None
        self.notes: Final[list[str]] = []
        self._server = Server(target, open_session(target, self.wire))
        self._is_ready = False

    def pytest_configure(self, config: pytest.Config) -> None:
        """Name the mark of the laws."""
        config.addinivalue_line("markers", "part(name): a law of a part of the API that may be left out")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Look whether the server is there and whether it may be used."""
        try:
            answer = self._server.send("GET", "/models/v2/list/tasks")
        except BrokenError as error:
            raise self._end(Verdict.UNREACHABLE, error.findings[0].sentence) from None
        if answer.status == 401:
            raise self._end(Verdict.REFUSED, f"{self.target.url} refuses the key (401)")
        made_up = self._server.send("GET", "/models/v2/list/tasks", authorization=f"Key {token_hex(16)}")
        self._server.takes_any_key = self.target.is_loopback and made_up.status == 200
        try:
            found = belongings(self._server)
        except BrokenError as error:
            raise self._end(Verdict.BROKEN, str(error)) from None
        if found:
            names = ", ".join(str(belonging) for belonging in found)
            raise self._end(
                Verdict.REFUSED,
                f"the key has {names}, which this would change and delete: take a key that has nothing",
            )
        if self._server.takes_any_key:
            self.notes.append("The server takes any key, so that no wrong one could be tried.")
        self._gate = Gate(self._server)
        self._is_ready = True

    def _end(self, verdict: Verdict, reason: str) -> Exception:
        self.verdict = verdict
        return pytest.exit.Exception(reason, returncode=int(verdict))

    @pytest.fixture(scope="session")
    def server(self) -> Server:
        """The server to hold to the contract."""
        return self._server

    @pytest.fixture(scope="session")
    def second_key(self) -> str:
        """The value of the header for the second key."""
        if self.target.second_key is None and not self._server.takes_any_key:
            pytest.skip("it takes --second-key")
        return f"Key {SECOND_KEY}"

    @pytest.fixture(scope="session")
    def gate(self) -> Gate:
        """What holds answers to the contract."""
        return self._gate

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Skip the laws of parts that are left out."""
        for item in items:
            for mark in item.iter_markers("part"):
                if mark.args[0] in self.target.without:
                    item.add_marker(pytest.mark.skip(reason=f"left out: {mark.args[0]}"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None]:
        """Report what the gate found, however the test ended."""
        ended: BaseException | None = None
        try:
            yield
        except (Exception, pytest.skip.Exception) as error:  # noqa: BLE001  # it is raised again below
            ended = error
        if findings := self._gate.take_findings():
            raise BrokenError(*findings)
        if ended is not None:
            raise ended

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Say what is broken without a traceback, which would be about the test."""
        report = yield
        if call.excinfo is not None and isinstance(call.excinfo.value, BrokenError):
            report.longrepr = str(call.excinfo.value)
        return report

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Delete what was made, whatever happened."""
        if not self._is_ready:
            return
        with self.wire.beyond_the_limit():
            try:
                found = take_down(self._server)
                left = belongings(self._server)
            except BrokenError as error:
                found, left = [], []
                self.notes.append(f"What was made could not be deleted. {error.findings[0].sentence}")
                session.exitstatus = Verdict.BROKEN
        if gone := [str(belonging) for belonging in found if belonging not in left]:
            self.notes.append(f"Deleted at the end: {', '.join(gone)}.")
        if left:
            self.notes.append(f"LEFT BEHIND: {', '.join(str(belonging) for belonging in left)}.")
            session.exitstatus = Verdict.BROKEN
        self.notes.append(f"{self.wire.sent} requests were sent.")
        if self.wire.is_spent and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = Verdict.NOT_FINISHED
        if session.exitstatus in (*Verdict,) and exitstatus != pytest.ExitCode.INTERRUPTED:
            self.verdict = Verdict(session.exitstatus)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the rest."""
        for note in self.notes:
            terminalreporter.write_line(note)
