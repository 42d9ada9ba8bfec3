"""HTTP client of the invariants, with assertions on responses."""

import json
import ssl
from collections.abc import Iterator, Mapping
from typing import Final, cast

from requests import PreparedRequest, RequestException, Response, Session

from bytezkit_contract._adapter import KEY_PLACEHOLDER
from bytezkit_contract._target import Target
from bytezkit_contract._violation import (
    DOCUMENT,
    Violation,
    ViolationError,
    contract_pointer,
    curl_command,
)

# Not random, so that each run sends the same requests.
UNKNOWN_KEY: Final = "bytezkit-contract-unknown-key"

_MAX_ERROR_LENGTH: Final = 120
# X509_V_ERR_* of OpenSSL: the certificate, the last one of its chain, or none is from a known authority.
_UNKNOWN_AUTHORITY: Final = (18, 19, 20)


class ServerResponse:
    """A response of the server.

    All properties and methods raise `ViolationError` if the response does not have the expected content.

    Attributes:
        status: HTTP status code.
        headers: Header fields; names are case-insensitive.
        content: Body as bytes.
    """

    def __init__(self, response: Response) -> None:
        self._request: PreparedRequest = response.request
        self.status = response.status_code
        self.headers = response.headers
        self.content = response.content

    @property
    def media_type(self) -> str:
        """Media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def json(self) -> object:
        """The body as JSON."""
        try:
            return json.loads(self.content)
        except ValueError:
            raise self.violation("the body is not JSON") from None

    @property
    def members(self) -> Mapping[str, object]:
        """The members of the JSON object in the body."""
        return self.members_of(self.json, "the body")

    @property
    def text(self) -> str:
        """The body as UTF-8 text."""
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            raise self.violation("the body is not UTF-8") from None

    @property
    def output(self) -> object:
        """The member `output` of a v2 response."""
        return self.member("output")

    @property
    def cluster(self) -> Mapping[str, object]:
        """The cluster in the body: the member `output`, or `cluster`, which earlier clients read."""
        name = "output" if "output" in self.members else "cluster"
        return self.members_of(self.member(name), name)

    def member(self, name: str) -> object:
        """Return a member of the body."""
        if name not in self.members:
            raise self.violation(f"the body has no member {name}")
        return self.members[name]

    def members_of(self, value: object, name: str) -> Mapping[str, object]:
        """Return the members of a value in the body; `name` is the value's name in the message."""
        if not isinstance(value, dict):
            raise self.violation(f"{name} is not an object")
        return cast("Mapping[str, object]", value)

    def strings_of(self, value: object, *names: str) -> list[str]:
        """Return one string of each object in a list: the first of the named members that it has."""
        if not isinstance(value, list):
            raise self.violation("expected a list")
        strings: list[str] = []
        for item in cast("list[object]", value):
            members = self.members_of(item, "an item of the list")
            string = next((members[name] for name in names if name in members), None)
            if not isinstance(string, str):
                raise self.violation(f"an item of the list has no string {' or '.join(names)}")
            strings.append(string)
        return strings

    def expect(self, *statuses: int, when: str = "") -> "ServerResponse":
        """Return the response if it has one of these statuses.

        Args:
            *statuses: HTTP status codes.
            when: Circumstance that requires the status, as the end of the message: "after ...", "for ...".
        """
        if self.status not in statuses:
            expected = " or ".join(str(status) for status in statuses)
            raise self.violation(f"expected {expected}{when and ' '}{when}")
        return self

    def expect_error(self, *statuses: int, when: str = "") -> "ServerResponse":
        """Return the response if it has one of these statuses and an error message."""
        self.expect(*statuses, when=when)
        self.require(isinstance(self.member("error"), str), "the body has no string error")
        return self

    def require(self, condition: bool, problem: str) -> None:
        """Raise `ViolationError` with this problem if the condition is false."""
        if not condition:
            raise self.violation(problem)

    def violation(self, problem: str) -> ViolationError:
        """Return an exception that describes the request, the response and a problem."""
        method, url = str(self._request.method), str(self._request.url)
        returned = f"{method} {self._request.path_url} returned {self.status}{self._error()}"
        return ViolationError(
            Violation(f"{returned}: {problem}.", contract_pointer(method, url), curl_command(self._request))
        )

    def _error(self) -> str:
        try:
            error: object = json.loads(self.content)["error"]
        except (ValueError, KeyError, TypeError):
            return ""
        return f" ({error[:_MAX_ERROR_LENGTH]})" if isinstance(error, str) else ""


class Server:
    """Sends requests to the target.

    Attributes:
        target: The server to test.
        session: HTTP session of all requests.
        accepts_any_key: Whether the server accepted a random key.
    """

    def __init__(self, target: Target, session: Session) -> None:
        self.target = target
        self.session = session
        self.accepts_any_key = False
        self._methods = frozenset(
            method.upper()
            for path in DOCUMENT["paths"].values()
            for method, operation in path.items()
            if "operationId" in operation and target.without.isdisjoint(operation["tags"])
        )

    def allows_unknown(self, method: str, status: int) -> bool:
        """Return whether a status says that the server does not know a method, which no operation uses.

        Such a method may get 501 instead of 405 (RFC 9110, section 9.1).
        """
        return status == 501 and method not in self._methods

    def send(
        self,
        method: str,
        path: str,
        *,
        authorization: str | None = f"Key {KEY_PLACEHOLDER}",
        json: object = None,
        content: bytes | None = None,
        media_type: str = "application/json",
    ) -> ServerResponse:
        """Send a request and return the response, whatever its status.

        Args:
            method: HTTP method.
            path: Path and query.
            authorization: Value of the header Authorization; None sends no header.
            json: Body as a JSON value; None sends no body.
            content: Body as bytes, in place of `json`.
            media_type: Media type of `content`.

        Raises:
            ViolationError: The server does not send a complete response.
        """
        headers = {} if authorization is None else {"Authorization": authorization}
        if content is not None:
            headers["Content-Type"] = media_type
        try:
            response = self.session.request(
                method,
                f"{self.target.url}{path}",
                headers=headers,
                data=content,
                json=json,
                timeout=self.target.timeout,
                # A redirect could lead to another machine, with the key.
                allow_redirects=False,
            )
        except RequestException as error:
            raise ViolationError(no_response(error)) from None
        return ServerResponse(response)

    def run(
        self, body: dict[str, object], *, authorization: str | None = f"Key {KEY_PLACEHOLDER}"
    ) -> ServerResponse:
        """Run the model of the target."""
        return self.send("POST", f"/models/v2/{self.target.model}", json=body, authorization=authorization)

    def cluster(
        self, method: str, body: object = None, *, authorization: str = f"Key {KEY_PLACEHOLDER}"
    ) -> ServerResponse:
        """Send a request about the cluster of the model."""
        path = f"/models/v2/{self.target.model}"
        return self.send(method, path, json=body, authorization=authorization)

    def list_clusters(self, *, authorization: str = f"Key {KEY_PLACEHOLDER}") -> ServerResponse:
        """List the clusters of a key."""
        return self.send("GET", "/models/v2/list/clusters", authorization=authorization).expect(200)

    def has_cluster(self, clusters: ServerResponse) -> bool:
        """Return whether a list of clusters contains the cluster of the model."""
        return self.target.model in clusters.strings_of(clusters.output, "modelId")

    def list_instances(self, *, authorization: str = f"Key {KEY_PLACEHOLDER}") -> ServerResponse:
        """List the v1 instances of a key."""
        return self.send("GET", "/model/instances", authorization=authorization).expect(200)

    def count_instances(self, instances: ServerResponse) -> int:
        """Return how many instances in a list run the model."""
        return instances.strings_of(instances.json, "model", "modelId").count(self.target.model)

    def v1(self, operation: str, **members: object) -> ServerResponse:
        """Send a v1 request about the model.

        Args:
            operation: `load`, `status`, `run` or `delete`.
            **members: Members of the body besides `model`.
        """
        return self.send("POST", f"/model/{operation}", json={"model": self.target.model, **members})


def no_response(error: RequestException) -> Violation:
    """Describe a request without a complete response."""
    reason = next(filter(None, map(_reason, _causes(error))), "")
    name = f"{type(error).__name__}{reason and f' ({reason})'}"
    request = error.request
    if not isinstance(request, PreparedRequest):
        return Violation(f"A request could not be sent: {name}.", "#/paths", "")
    method, url = str(request.method), str(request.url)
    message = f"{method} {request.path_url} got no complete response: {name}."
    return Violation(message, contract_pointer(method, url), curl_command(request))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors that an error of requests or urllib3 wraps, in any of the ways that they use."""
    for cause in (*error.args, getattr(error, "reason", None), error.__cause__, error.__context__):
        if isinstance(cause, BaseException):
            yield cause
            yield from _causes(cause)


def _reason(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = "; pass --ca-file" if error.verify_code in _UNKNOWN_AUTHORITY else ""
        return f"the certificate is not trusted: {error.verify_message}{hint}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {str(error.reason).replace('_', ' ').lower()}"
    if isinstance(error, OSError) and not isinstance(error, RequestException):
        return error.strerror
    return None
