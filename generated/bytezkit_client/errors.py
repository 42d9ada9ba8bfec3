"""Errors of responses, which the functions of `api` raise beside the errors of httpx."""


class ResponseError(Exception):
    """Base class: a response that the API does not document.

    Attributes:
        status_code: Status of the response.
        content: Body of the response.
    """

    _reason = "unexpected response"

    def __init__(self, status_code: int, content: bytes) -> None:
        super().__init__(status_code, content)
        self.status_code = status_code
        self.content = content

    def __str__(self) -> str:
        return f"{self._reason} (status {self.status_code}): {self.content[:200].decode(errors='replace')}"


class UnexpectedStatus(ResponseError):
    """The operation has no such status."""

    _reason = "undocumented status"


class InvalidBody(ResponseError):
    """The body is not JSON, or lacks members that the model of its status requires."""

    _reason = "body is not the documented JSON"


__all__ = ["InvalidBody", "ResponseError", "UnexpectedStatus"]
