"""From an answer as it was written down to a step: what a run gets."""

import copy
import hashlib
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from bytezkit_emulator._common.coercion import Misfit, to_json
from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject, JsonValue
from bytezkit_emulator._engines import MediaOutput, Output, given
from bytezkit_emulator._media.signatures import read_media
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_emulator._service.run_body import RunEngine, RunRequest
from bytezkit_emulator._stubs.rule import Refused, RunCall, StubOutput, StubValue

_LOGGER: Final = logging.getLogger("bytezkit_emulator")


class StubResponses:
    """Makes steps, and holds each answer against the contract: a function's when it gives one."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def read(self, answer: StubValue, task: Task | None) -> RunEngine:
        """Make a step of an answer.

        Args:
            answer: The answer.
            task: What it is an answer to, if that is known.

        Raises:
            Misfit: It can not be served.
        """
        return partial(self._call, answer) if callable(answer) else self._fixed(answer, task)

    def _fixed(self, answer: StubOutput, task: Task | None) -> RunEngine:
        if isinstance(answer, Refused):
            return partial(_refuse, self._checked(answer))
        if task is None:
            raise Misfit("an output needs a model or a task, against whose contract it can be held")
        if isinstance(answer, bytes):
            file = _file(answer, task)
            return lambda _: file
        value = self._value(answer, task)
        return lambda run: given(value, run.job)

    def _checked(self, refused: Refused) -> Refused:
        documented = self._contract.run_error_statuses
        if not {str(refused.status), f"{str(refused.status)[0]}XX"} & {*documented}:
            raise Misfit(f"must be one of {', '.join(documented)}, not {refused.status!r}", ("status",))
        if refused.retry_after is not None and refused.retry_after < 0:
            raise Misfit("must not be negative", ("retry_after",))
        return refused

    def _value(self, answer: StubOutput, task: Task) -> JsonValue:
        value = to_json(answer)
        if task.kind == "message" and isinstance(value, str):
            message: JsonObject = {"role": "assistant", "content": value}
            value = message
        problem = self._contract.result(task).find_error(value)
        if problem is not None:
            path, reason = problem
            raise Misfit(f"{reason} (task {task.name})", path)
        return value

    def _call(self, function: Callable[[RunCall], StubOutput], run: RunRequest) -> Output | MediaOutput:
        job = run.job
        call = RunCall(
            model=job.model_id,
            task=job.task.name,
            inputs=copy.deepcopy(job.inputs.members),
            media=job.inputs.media,
            params=copy.deepcopy(job.params),
            stream=run.wants_stream,
        )
        try:
            step = self._fixed(function(call), job.task)
        except Exception as error:
            reason = str(error) if isinstance(error, Misfit) else f"{type(error).__name__}: {error}"
            _LOGGER.exception("the function that answers %s failed", job.model_id)
            # The client's error is where a test sees it first.
            raise HttpError(500, f"the function that answers {job.model_id} failed: {reason}") from None
        return step(run)


def _refuse(refused: Refused, _: RunRequest) -> Output | MediaOutput:
    seconds = refused.retry_after
    headers = {} if seconds is None else {"retry-after": str(seconds)}
    raise HttpError(refused.status, refused.error, headers=headers)


def _file(content: bytes, task: Task) -> MediaOutput:
    if task.stream != "media":
        raise Misfit(f"bytes are no output of the task {task.name}")
    try:
        media = read_media(content, task.kind)
    except ValueError as error:
        raise Misfit(f"{error} (task {task.name})") from None
    return MediaOutput(media=media, token=hashlib.blake2b(content, digest_size=16).hexdigest())
