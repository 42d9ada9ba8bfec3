"""Predefined faults."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from bytezkit_emulator._faults.fault import Fault, Interrupt, Match, Then, When

# The default number of retries of the client: the last attempt of a call succeeds.
_TWICE: Final = When(times=2)


@cache
def presets() -> Mapping[str, Fault]:
    """Return the predefined faults by name."""
    faults = [
        Fault(
            "rate-limit-then-ok", Then(status=429, error="Rate limit exceeded", retry_after=1), when=_TWICE
        ),
        Fault("server-error-then-ok", Then(status=503), when=_TWICE),
        Fault("server-error", Then(status=500)),
        Fault("out-of-credits", Then(status=402, error="Payment Required")),
        Fault(
            "no-models-on-free-plan",
            Then(status=404, error="Model does not exist or has yet to be added to the Bytez catalog"),
            match=Match(operation="runModelV2"),
        ),
        Fault(
            "broken-list",
            Then(status=500, error="Expected parameter(s): modelId"),
            match=Match(operation="listModelsV2"),
        ),
        Fault("provider-refusal", Then(status=500, error="400 Invalid request")),
        Fault("wrong-key", Then(status=401, error="Unauthorized")),
        Fault(
            "cold-boot-timeout",
            Then(delay=60, status=504),
            match=Match(operation="runModelV2"),
            when=When(times=1),
        ),
        Fault("slow-answer", Then(delay=30)),
        Fault("lost-request", Then(interrupt=Interrupt("close"))),
        Fault("lost-answer", Then(interrupt=Interrupt("reset", handled=True))),
        Fault("no-answer", Then(interrupt=Interrupt("stall"))),
        Fault("mid-stream-cut", Then(interrupt=Interrupt("close", after_bytes=20))),
        Fault("mid-stream-reset", Then(interrupt=Interrupt("reset", after_bytes=20))),
        Fault("mid-stream-stall", Then(interrupt=Interrupt("stall", after_bytes=20))),
        Fault("slow-stream", Then(bytes_per_second=10)),
        Fault("single-bytes", Then(chunk_sizes=(1,))),
        Fault("truncated-body", Then(truncate=10)),
        Fault("malformed-body", Then(malformed=True)),
        Fault("wrong-content-type", Then(content_type="text/html")),
        Fault("gateway-page", Then(status=502, content_type="text/html")),
    ]
    return {fault.name: fault for fault in faults}
