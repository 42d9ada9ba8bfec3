"""The server, as the laws speak to it."""

import json
from collections.abc import Mapping
from typing import Final, cast

from requests import PreparedRequest, RequestException, Response, Session

from bytezkit_contract._finding import BrokenError, Finding, as_command, clause_of
from bytezkit_contract._target import Target
from bytezkit_contract._wire import KEY

_LONGEST_ERROR: Final = 120


class Answer:
    """What the server answered to a request."""

    def __init__(self, response: Response) -> None:
        self._request: PreparedRequest = response.request
        self.status = response.status_code
        self.headers = response.headers
        self.content = response.content

    @property
    def media_type(self) -> str:
        """The type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def json(self) -> object:
        """The body as JSON; a body that is none is broken."""
        try:
            return json.loads(self.content)
        except ValueError:
            raise self.broken("its body is not JSON") from None

    @property
    def members(self) -> Mapping[str, object]:
        """The members of the body; a body that has none is broken."""
        return self.members_of(self.json, "its body")

    @property
    def text(self) -> str:
        """The body as text; a body that is not UTF-8 is broken."""
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            raise self.broken("its body is not UTF-8") from None

    @property
    def output(self) -> object:
        """What the envelope of the newer API holds."""
        return self.member("output")

    @property
    def cluster(self) -> Mapping[str, object]:
        """The cluster, where newer or older clients look for it."""
        name = "output" if "output" in self.members else "cluster"
        return self.members_of(self.member(name), name)

    def member(self, name: str) -> object:
        """Return a member of the body; a body without it is broken."""
        if name not in self.members:
            raise self.broken(f"its body has no member {name}")
        return self.members[name]

    def members_of(self, value: object, name: str) -> Mapping[str, object]:
        """Return the members of a value of the answer; one that has none is broken."""
        if not isinstance(value, dict):
            raise self.broken(f"{name} is no object")
        return cast("Mapping[str, object]", value)

    def texts_of(self, value: object, *names: str) -> list[str]:
        """Return of each object in a list the text under the first of these names that it has."""
        if not isinstance(value, list):
            raise self.broken("what should be a list is none")
        texts: list[str] = []
        for item in cast("list[object]", value):
            members = self.members_of(item, "an item of the list")
            text = next((members[name] for name in names if name in members), None)
            if not isinstance(text, str):
                raise self.broken(f"an item of the list has no text as {' or '.join(names)}")
            texts.append(text)
        return texts

    def expect(self, *statuses: int, when: str = "") -> "Answer":
        """Go on if the status is one of these; `when` says after what, or to what."""
        if self.status not in statuses:
            expected = " or ".join(str(status) for status in statuses)
            raise self.broken(f"expected {expected}{when and ' '}{when}")
        return self

    def refused(self, *statuses: int, when: str = "") -> "Answer":
        """Go on if it is one of these refusals, with a text in `error`."""
        self.expect(*statuses, when=when)
        self.require(isinstance(self.member("error"), str), "its body has no text as error")
        return self

    def require(self, holds: bool, problem: str) -> None:
        """Go on if something holds."""
        if not holds:
            raise self.broken(problem)

    def broken(self, problem: str) -> BrokenError:
        """Return the error that says what is wrong with the answer."""
        method, url = str(self._request.method), str(self._request.url)
        said = f"{method} {self._request.path_url} answered {self.status}{self._error()}"
        return BrokenError(Finding(f"{said}: {problem}.", clause_of(method, url), as_command(self._request)))

    def _error(self) -> str:
        try:
            error: object = json.loads(self.content)["error"]
        except (ValueError, KeyError, TypeError):
            return ""
        return f" ({error[:_LONGEST_ERROR]})" if isinstance(error, str) else ""


class Server:
    """Sends the requests of the laws.

    Attributes:
        target: Which server it is.
        takes_any_key: Whether it took a key that was made up.
        session: What sends.
    """

    def __init__(self, target: Target, session: Session) -> None:
        self.target = target
        self.session = session
        self.takes_any_key = False

    def send(
        self,
        method: str,
        path: str,
        *,
        authorization: str | None = f"Key {KEY}",
        json: object = None,
        content: bytes | None = None,
        media_type: str = "application/json",
    ) -> Answer:
        """Send a request and return the answer, whatever it is."""
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
                allow_redirects=False,
            )
        except RequestException as error:
            raise BrokenError(no_answer(error)) from None
        return Answer(response)

    def run(self, body: dict[str, object], *, authorization: str | None = f"Key {KEY}") -> Answer:
        """Run the model."""
        return self.send("POST", f"/models/v2/{self.target.model}", json=body, authorization=authorization)

    def cluster(self, method: str, body: object = None, *, authorization: str = f"Key {KEY}") -> Answer:
        """Ask for something about the cluster of the model."""
        path = f"/models/v2/{self.target.model}"
        return self.send(method, path, json=body, authorization=authorization)

    def list_clusters(self, *, authorization: str = f"Key {KEY}") -> Answer:
        """List the clusters of a key."""
        return self.send("GET", "/models/v2/list/clusters", authorization=authorization).expect(200)

    def has_cluster(self, clusters: Answer) -> bool:
        """Whether a list of clusters has the one of the model."""
        return self.target.model in clusters.texts_of(clusters.output, "modelId")

    def list_instances(self, *, authorization: str = f"Key {KEY}") -> Answer:
        """List the instances of a key."""
        return self.send("GET", "/model/instances", authorization=authorization).expect(200)

    def count_instances(self, instances: Answer) -> int:
        """How often a list of instances has the model."""
        return instances.texts_of(instances.json, "model", "modelId").count(self.target.model)

    def older(self, operation: str, **members: object) -> Answer:
        """Ask the older API for something about the model."""
        return self.send("POST", f"/model/{operation}", json={"model": self.target.model, **members})


def no_answer(error: RequestException) -> Finding:
    """Say that a request got no answer."""
    request = error.request
    if not isinstance(request, PreparedRequest):
        return Finding(f"A request could not be sent: {type(error).__name__}.", "#/paths", "")
    method, url = str(request.method), str(request.url)
    sentence = f"{method} {request.path_url} got no whole answer: {type(error).__name__}."
    return Finding(sentence, clause_of(method, url), as_command(request))
