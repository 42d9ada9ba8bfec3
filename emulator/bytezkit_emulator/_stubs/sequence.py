"""Select the stub for a run and its next response; without a stub, use the engine."""

from collections.abc import Iterable, Sequence
from threading import RLock

from bytezkit_emulator._engines import EngineAnswer, EngineSelection, RunRequest
from bytezkit_emulator._engines.selection import AnswerGenerator
from bytezkit_emulator._stubs.response import StubResponse
from bytezkit_emulator._stubs.stub import Stub
from bytezkit_emulator._time.threaded_call import ThreadedCall


class StubSequence:
    """A validated stub, with its position in the sequence of responses.

    Args:
        stub: The stub.
        responses: The validated responses.
    """

    def __init__(self, stub: Stub, responses: Sequence[StubResponse]) -> None:
        self._stub = stub
        self._responses = responses
        self._next = 0

    @property
    def specificity(self) -> tuple[bool, bool]:
        """A key that sorts a stub for a model above one for a task, and that above one for every run."""
        return self._stub.model is not None, self._stub.task is not None

    def matches(self, run: RunRequest) -> bool:
        """Return whether the stub is for a run."""
        return self._stub.model in (None, run.job.model_id) and self._stub.task in (None, run.job.task.name)

    def rewind(self) -> None:
        """Return to the first response."""
        self._next = 0

    def next_response(self) -> StubResponse | None:
        """Advance the sequence and return the response; None if the engine takes over."""
        position, count = self._next, len(self._responses)
        self._next += 1
        if position >= count and self._stub.then == "engine":
            return None
        return self._responses[min(position, count - 1) if self._stub.then == "repeat" else position % count]


class StubEngine:
    """Engine that serves stubs.

    Args:
        engines: Serve the runs that no stub matches.
        lock: The runtime's lock.

    Attributes:
        sequences: The stubs, those with precedence first.
    """

    def __init__(self, engines: EngineSelection, lock: RLock) -> None:
        self._engines = engines
        self._lock = lock
        self.sequences: Sequence[StubSequence] = ()

    def add(self, sequences: Iterable[StubSequence]) -> None:
        """Add sequences after those of equal specificity."""
        # A new list, because a run on another thread may iterate over the present one. The sort is stable.
        self.sequences = sorted([*self.sequences, *sequences], key=lambda it: it.specificity, reverse=True)

    def clear(self) -> None:
        """Remove all sequences."""
        self.sequences = ()

    def rewind(self) -> None:
        """Return to the first response of each sequence."""
        for sequence in self.sequences:
            sequence.rewind()

    def run(self, run: RunRequest) -> AnswerGenerator:
        """Return the answer to a run, after the function of a stub has returned.

        Raises:
            HttpError: The stub is a refusal, or its function failed.
        """
        sequence = next((it for it in self.sequences if it.matches(run)), None)
        response = None if sequence is None else sequence.next_response()
        if response is None:
            return self._engines.answer(run.job)
        output = response(run)
        if isinstance(output, ThreadedCall):
            output.start(self._lock)
            yield output
            output = output.result()
        return EngineAnswer(engine="stub", output=output)
