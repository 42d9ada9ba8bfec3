"""Decodes the open body of a response chunk by chunk."""

from typing import Generic

from bytezkit._core.decoders import Decoder, PieceT
from bytezkit._core.effects import OpenBody, Request, Response, StreamCut
from bytezkit._core.exchange import Context, with_request_context
from bytezkit._core.results import parse_metadata
from bytezkit.errors import BytezError, StreamIdleTimeoutError, StreamInterruptedError


class ResponseStream(Generic[PieceT]):
    """A response whose body is still being received.

    Attributes:
        body: The open body, which the synchronous or asynchronous stream reads.
        idle_seconds: Maximum time between two chunks.
        metadata: Metadata of the response headers.
        media_type: Content type without parameters, or None if the response has none.
        ended: Whether the stream ended or failed.
    """

    def __init__(
        self,
        context: Context,
        request: Request,
        response: Response,
        body: OpenBody,
        decoder: Decoder[PieceT],
    ) -> None:
        self.body = body
        self.idle_seconds = context.limits.idle_timeout.total_seconds()
        self.metadata = parse_metadata(response.headers)
        self.media_type = response.headers.get("content-type", "").partition(";")[0].strip() or None
        self.ended = False
        self._context = context
        self._request = request
        self._response = response
        self._decoder = decoder

    def accept(self, chunk: bytes | StreamCut | None) -> PieceT:
        """Return the content that is complete with this chunk. None marks the end of the stream.

        Raises:
            StreamError: The stream was interrupted.
            DecodeError: The content cannot be decoded.
            ModelFailedError: The content is an error message of the model container.
        """
        try:
            if isinstance(chunk, bytes):
                return self._decoder.feed(chunk)
            self.ended = True
            if chunk is None:
                return self._decoder.finish()
            problem = self._stream_error(chunk)
        except BytezError as error:
            self.ended = True
            problem = error
        raise with_request_context(self._context, problem, self._request, self._response)

    def _stream_error(self, cut: StreamCut) -> BytezError:
        if cut.idle:
            return StreamIdleTimeoutError(f"the stream received no data for {self.idle_seconds:g} s")
        return StreamInterruptedError(f"the stream was interrupted: {cut.reason}")
