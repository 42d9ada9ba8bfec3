"""From an open body to text, or to the error that cut it short."""

from bytezkit._effects import Answer, Cut, OpenBody, Request
from bytezkit._exchange import located
from bytezkit._results import read_metadata
from bytezkit._text import TextDecoder
from bytezkit.errors import BytezError, StreamIdleTimeoutError, StreamInterruptedError


class Arriving:
    """An answer that is still coming."""

    def __init__(self, request: Request, answer: Answer, body: OpenBody, idle_seconds: float) -> None:
        self.body = body
        self.idle_seconds = idle_seconds
        self.metadata = read_metadata(answer.headers)
        self.ended = False
        self._request = request
        self._answer = answer
        self._decoder = TextDecoder()

    def accept(self, chunk: bytes | Cut | None) -> str:
        """Return the text that is complete with this chunk; None is the end of the stream.

        Raises:
            BytezError: The stream was cut, or its bytes are no text.
        """
        self.ended = not isinstance(chunk, bytes)
        try:
            if isinstance(chunk, bytes):
                return self._decoder.feed(chunk)
            if chunk is None:
                return self._decoder.finish()
            problem = self._cut(chunk)
        except BytezError as error:
            self.ended = True
            problem = error
        raise located(problem, self._request, self._answer)

    def _cut(self, cut: Cut) -> BytezError:
        if cut.idle:
            return StreamIdleTimeoutError(f"nothing came for {self.idle_seconds:g} s")
        return StreamInterruptedError(f"the stream was cut: {cut.reason}")
