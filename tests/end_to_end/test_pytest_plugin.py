"""The fixtures, the marker and the imports of the pytest plugin."""

import subprocess
import sys
from datetime import timedelta
from textwrap import dedent

import pytest

from bytezkit import Bytez
from bytezkit.errors import AuthenticationError, PaymentRequiredError, RateLimitError
from bytezkit.testing import VirtualTime
from bytezkit_emulator import Emulator, Fault, Faults, Journal, Refused, Stub, Then, When
from tests.overlay.scripted_service import resolve

GPT2 = "openai-community/gpt2"
BUSY = Refused(429, "Rate limit exceeded", retry_after=240)


@pytest.mark.bytez(keys=["own-key"], stubs=[Stub(BUSY, BUSY, "At last.", task="text-generation")])
class TestRetryAfter:
    @pytest.mark.anyio
    @pytest.mark.parametrize("fixture", ["bytez_client", "async_bytez_client"])
    async def test_client_waits_in_virtual_time(
        self, request: pytest.FixtureRequest, fixture: str, bytez_clock: VirtualTime
    ) -> None:
        client = request.getfixturevalue(fixture)
        before = bytez_clock.now
        assert (await resolve(client.model(GPT2).run("Once"))).output == "At last."
        assert bytez_clock.now - before > timedelta(minutes=8)

    def test_wait_beyond_the_deadline_raises(self, bytez_client: Bytez) -> None:
        with pytest.raises(RateLimitError):
            bytez_client.with_options(deadline=timedelta(minutes=2)).model(GPT2).run("Once")

    @pytest.mark.bytez(stubs=())
    def test_marker_of_a_test_replaces_the_stubs_of_its_class(
        self, bytez_client: Bytez, bytez_clock: VirtualTime
    ) -> None:
        before = bytez_clock.now
        bytez_client.model(GPT2).run("Once")
        assert bytez_clock.now - before < timedelta(minutes=1)


@pytest.mark.bytez(keys=["first-key", "second-key"], credits=0)
def test_client_uses_the_first_key(bytez_client: Bytez, bytez_emulator: Emulator) -> None:
    with pytest.raises(PaymentRequiredError):
        bytez_client.model(GPT2).run("Once")
    with (
        bytez_emulator,
        Bytez("test-key", base_url=bytez_emulator.url) as other,
        pytest.raises(AuthenticationError),
    ):
        other.tasks.list()


def test_fault_is_retried_and_both_attempts_are_logged(
    bytez_client: Bytez, bytez_faults: Faults, bytez_journal: Journal
) -> None:
    bytez_faults.add(Fault("once", Then(status=503), when=When(times=1)))
    assert bytez_client.tasks.list()
    assert [entry.status for entry in bytez_journal.entries()] == [503, 200]


@pytest.mark.parametrize(
    ("marker", "reason"),
    [
        ("engin='canned'", "@pytest.mark.bytez does not take engin; it takes keys, clock, scale, engine"),
        ("'canned'", "@pytest.mark.bytez takes keyword arguments only"),
        ("engine='gas'", "engine must be one of canned, synthetic"),
    ],
)
def test_invalid_marker_arguments_fail_the_test(pytester: pytest.Pytester, marker: str, reason: str) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.bytez({marker})
        def test_it(bytez_client):
            raise AssertionError("never run")
        """
    )
    result = pytester.runpytest_inprocess("--strict-markers")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{reason}*"])


def test_plugin_imports_no_module_of_the_package() -> None:
    code = """
        import sys, pytest
        before = set(sys.modules)
        import bytezkit._pytest_plugin
        print(*sorted(set(sys.modules) - before))
    """
    loaded = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == ["bytezkit", "bytezkit._pytest_plugin"]
