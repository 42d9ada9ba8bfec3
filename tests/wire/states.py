"""The states that rows presuppose."""

from typing import Final

from bytezkit_emulator import Settings
from tests.wire.row import Call, State

_BOOT: Final = Settings().boot_time
_JOB: Final = Settings().queue_time + Settings().job_time
_GPT2: Final = "openai-community/gpt2"


def job_queued(model: str) -> State:
    """The model was asked for, and nothing has happened yet."""
    return State(f"a job for {model} is queued", (Call("POST", "/model/job", {"model": model}),))


def job_done(model: str) -> State:
    """The model was asked for, and its job ended."""
    return State(f"the job for {model} ended", (*job_queued(model).steps, _JOB))


def deploying(model: str) -> State:
    """The model was loaded, with the server's defaults, and its instance starts."""
    return State(f"{model} is deploying", (Call("POST", "/model/load", {"model": model}),))


def running(model: str) -> State:
    """The model was loaded, with the server's defaults, and its instance runs."""
    return State(f"{model} is running", (*deploying(model).steps, _BOOT))


def clustered(model: str) -> State:
    """The model has a cluster, created with the server's defaults, and it runs."""
    return State(f"{model} has a running cluster", (Call("PUT", f"/models/v2/{model}"), _BOOT))


GPT2_DEPLOYING: Final = deploying(_GPT2)
GPT2_RUNNING: Final = running(_GPT2)
GPT2_STOPPED: Final = State(
    "openai-community/gpt2 was stopped",
    (*GPT2_RUNNING.steps, Call("POST", "/model/delete", {"model": _GPT2})),
)
GPT2_CLUSTERED: Final = clustered(_GPT2)
GPT2_SWITCHED_OFF: Final = State(
    "the cluster of openai-community/gpt2 was switched off",
    (*GPT2_CLUSTERED.steps, Call("PATCH", f"/models/v2/{_GPT2}", {"status": "off"})),
)
QUICKSTART_CLUSTERED: Final = State(
    "openai-community/gpt2 has a running cluster, created as in the quickstart",
    (
        Call("PUT", f"/models/v2/{_GPT2}", {"capacity": {"max": 5, "desired": 3}, "timeout": 3600}),
        _BOOT,
    ),
)
NO_CREDITS: Final = State(
    "a run has used up the credits",
    (Call("POST", "/models/v2/Qwen/Qwen3-4B", {"messages": [{"role": "user", "content": "Hi"}]}),),
    credits=1e-6,
)
