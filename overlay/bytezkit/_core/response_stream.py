"""From an open body to its pieces, or to the error that cut it short."""

from typing import Generic, Protocol, TypeVar

from bytezkit._core.effects import OpenBody, Request, Response, StreamCut
from bytezkit._core.exchange import located
from bytezkit._core.results import read_metadata
from bytezkit.errors import BytezError, StreamIdleTimeoutError, StreamInterruptedError

PieceT = TypeVar("PieceT", bound=str | bytes)
PieceT_co = TypeVar("PieceT_co", bound=str | bytes, covariant=True)


class Decoder(Protocol[PieceT_co]):
    """Turns the chunks of a stream into pieces."""

    def feed(self, chunk: bytes) -> PieceT_co:
        """Return what is complete with this chunk, which may be empty."""
        ...

    def finish(self) -> PieceT_co:
        """Return the rest."""
        ...


class MediaDecoder:
    """Gives bytes as they are."""

    def feed(self, chunk: bytes) -> bytes:
        """Return the chunk."""
        return chunk

    def finish(self) -> bytes:
        """Return nothing."""
        return b""


class Arriving(Generic[PieceT]):
    """An answer that is still coming."""

    def __init__(
        self,
        request: Request,
        answer: Response,
        body: OpenBody,
        decoder: Decoder[PieceT],
        idle_seconds: float,
    ) -> None:
        self.body = body
        self.idle_seconds = idle_seconds
        self.metadata = read_metadata(answer.headers)
        self.media_type = answer.headers.get("content-type", "").partition(";")[0].strip() or None
        self.ended = False
        self._request = request
        self._answer = answer
        self._decoder = decoder

    def accept(self, chunk: bytes | StreamCut | None) -> PieceT:
        """Return what is complete with this chunk; None is the end of the stream.

        Raises:
            BytezError: The stream was cut, or its bytes are not what they should be.
        """
        try:
            if isinstance(chunk, bytes):
                return self._decoder.feed(chunk)
            self.ended = True
            if chunk is None:
                return self._decoder.finish()
            problem = self._cut(chunk)
        except BytezError as error:
            self.ended = True
            problem = error
        raise located(problem, self._request, self._answer)

    def _cut(self, cut: StreamCut) -> BytezError:
        if cut.idle:
            return StreamIdleTimeoutError(f"nothing came for {self.idle_seconds:g} s")
        return StreamInterruptedError(f"the stream was cut: {cut.reason}")
