"""Turn declared stub responses into engines that serve a run."""

import copy
import hashlib
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from bytezkit_emulator._common.coercion import InvalidValueError, to_json
from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines import MediaOutput, Output, fixed_output
from bytezkit_emulator._engines.job import RunEngine, RunRequest
from bytezkit_emulator._media.file_types import read_media
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_emulator._stubs.stub import Refused, RunCall, StubOutput, StubValue
from bytezkit_models.json_value import JsonValue

_LOGGER: Final = logging.getLogger("bytezkit_emulator")


class StubResponses:
    """Validates responses against the contract and makes an engine of each.

    A fixed response is validated when it is added, the result of a function with each run.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def engine_of(self, response: StubValue, task: Task | None) -> RunEngine:
        """Return an engine that serves a response.

        Args:
            response: The response.
            task: The task of the runs that it is for, if known.

        Raises:
            InvalidValueError: The response violates the contract.
        """
        if callable(response):
            return partial(self._call_function, response)
        return self._engine_of_output(response, task)

    def _engine_of_output(self, response: StubOutput, task: Task | None) -> RunEngine:
        if isinstance(response, Refused):
            return partial(_refuse, self._validated_refusal(response))
        if task is None:
            raise InvalidValueError("an output needs a model or a task, whose contract it must satisfy")
        if isinstance(response, bytes):
            file = _media_output(response, task)
            return lambda _: file
        value = self._validated_output(response, task)
        return lambda run: fixed_output(value, run.job)

    def _validated_refusal(self, refused: Refused) -> Refused:
        documented = self._contract.run_error_statuses
        if str(refused.status) not in documented:
            raise InvalidValueError(
                f"must be one of {', '.join(documented)}, not {refused.status!r}", ("status",)
            )
        if refused.retry_after is not None and refused.retry_after < 0:
            raise InvalidValueError("must not be negative", ("retry_after",))
        return refused

    def _validated_output(self, response: StubOutput, task: Task) -> JsonValue:
        # The copy keeps the stub as it was declared, even if the caller changes the object later.
        value = to_json(response)
        if task.kind == "message" and isinstance(value, str):
            message: JsonObject = {"role": "assistant", "content": value}
            value = message
        problem = self._contract.result(task).find_error(value)
        if problem is not None:
            path, reason = problem
            raise InvalidValueError(f"{reason} (task {task.name})", path)
        return value

    def _call_function(
        self, function: Callable[[RunCall], StubOutput], run: RunRequest
    ) -> Output | MediaOutput:
        job = run.job
        # Copies, so that the function cannot change the run.
        call = RunCall(
            model=job.model_id,
            task=job.task.name,
            inputs=copy.deepcopy(job.inputs.members),
            media=job.inputs.media,
            params=copy.deepcopy(job.params),
            stream=run.wants_stream,
        )
        try:
            engine = self._engine_of_output(function(call), job.task)
        # The function belongs to the user and may raise anything; the run needs a response in any case.
        except Exception as error:
            reason = (
                str(error) if isinstance(error, InvalidValueError) else f"{type(error).__name__}: {error}"
            )
            _LOGGER.exception("the stub function for %s failed", job.model_id)
            # The response carries the reason as well: a test sees the client's error before the log.
            raise HttpError(500, f"the stub function for {job.model_id} failed: {reason}") from None
        return engine(run)


def _refuse(refused: Refused, _: RunRequest) -> Output | MediaOutput:
    seconds = refused.retry_after
    headers = {} if seconds is None else {"retry-after": str(seconds)}
    raise HttpError(refused.status, refused.error, headers=headers)


def _media_output(content: bytes, task: Task) -> MediaOutput:
    if task.stream != "media":
        raise InvalidValueError(f"the task {task.name} does not output bytes")
    try:
        media = read_media(content, task.kind)
    except ValueError as error:
        raise InvalidValueError(f"{error} (task {task.name})") from None
    # The name follows from the content, so that equal files have the same URL.
    return MediaOutput(media=media, token=hashlib.blake2b(content, digest_size=16).hexdigest())
