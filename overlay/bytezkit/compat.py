"""Drop-in replacement for the vendor's Python client: only the import changes.

    from bytezkit.compat import Bytez

    client = Bytez("YOUR_BYTEZ_KEY_HERE")
    model = client.model("Qwen/Qwen2-7B-Instruct")
    print(model.run("Once upon a time", {"max_new_tokens": 20}).output)

The module has the interface of the package `bytez` 3.0.1, the additions of the vendor's README for Python
(`model_params`, `process`), and the lifecycle methods of earlier vendor clients (`load`, `start`, `status`,
`stop`, `list.instances`). All methods use the v2 API; for the v1 API, use `client.v1` of `bytezkit.Bytez`.

It differs from the vendor's client in these points:

- Text streams keep newlines and empty lines, and yield chunks as they arrive, not lines.
- Media streams yield unchanged bytes.
- A stream that is refused or cut raises a `bytezkit.errors.BytezError` instead of yielding the error as
  text. A failed look-up of the model's task raises it too.
- Invalid arguments raise `TypeError` or `ValueError`, and a malformed key raises `ConfigurationError`, before
  a request is sent.
- Retries and deadlines are those of `bytezkit.Bytez`.

As in the vendor's client, a method that returns a `Response` reports an error of the service or of the
connection in `error` and does not raise it. The lifecycle methods raise.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from types import TracebackType
from typing import Final, Literal, NamedTuple, Self, TypedDict, TypeVar, overload

import bytezkit
from bytezkit._api.handles import MediaHandle, UntypedModel
from bytezkit._api.task_handles import HANDLES
from bytezkit._core.secrets import Secret
from bytezkit._media.streams import MediaStream, TextStream
from bytezkit.errors import BytezError, ConflictError, NotFoundError
from bytezkit.types import Cluster, JsonInput, JsonValue

__all__ = ["Bytez", "Lists", "Model", "ModelStatus", "Response"]

T = TypeVar("T")

_DEVELOPMENT_URL: Final = "http://localhost:8080"


class Response(NamedTuple):
    """Result of a request, or its error.

    Attributes:
        output: The output; None after an error.
        error: The error message; None after success.
        provider: The unchanged response of the provider, for closed-source models.
    """

    output: JsonValue = None
    error: str | None = None
    provider: JsonValue = None


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """State of a model.

    Attributes:
        status: `running`, `deploying` or `stopped`; `stopped` also if the model has no cluster.
        cluster: The model's cluster, or None.
    """

    status: Literal["deploying", "running", "stopped"]
    cluster: Cluster | None


class Bytez:
    """Client with the vendor's interface. Thread-safe.

    Args:
        api_key: The key. Default: the environment variable `BYTEZ_KEY`.
        dev: Whether to use http://localhost:8080, the default address of the emulator.
        base_url: Base URL of the service. Default: the environment variable `BYTEZ_BASE_URL`, then
            https://api.bytez.com. The vendor's client has neither this argument nor `close`.

    Raises:
        ConfigurationError: The key is missing or malformed, or the URL is invalid or would send the key
            unencrypted to another machine.
        TypeError: `dev` is not a bool, or `dev` and `base_url` are both given.
    """

    def __init__(self, api_key: str | None = None, dev: bool = False, *, base_url: str | None = None) -> None:
        # A traceback that shows local variables must not show the key, here and in `model`.
        key = None if api_key is None else Secret(api_key)
        del api_key
        if not isinstance(dev, bool):
            raise TypeError(f"dev must be a bool, not {type(dev).__name__}")
        if dev and base_url is not None:
            raise TypeError("dev and base_url both set the base URL: pass only one of them")
        self._client = bytezkit.Bytez(
            None if key is None else key.reveal(), base_url=_DEVELOPMENT_URL if dev else base_url
        )

    @property
    def list(self) -> "Lists":
        """Lists of models, tasks and instances."""
        return Lists(self._client)

    def model(self, model_id: str, provider_key: str | None = None) -> "Model":
        """Return a model.

        Args:
            model_id: `organization/name`.
            provider_key: The key for the provider of a closed-source model, sent with each run.

        Raises:
            ValueError: `model_id` is malformed.
            ConfigurationError: The provider key is malformed.
        """
        key = None if provider_key is None else Secret(provider_key)
        del provider_key
        client = self._client
        if key is not None:
            client = client.with_options(provider_key=key.reveal())
        return Model(client, client.model(model_id))

    def process(self, model_id: str) -> Response:
        """Ask the service to add a model to its catalog; the output is its message, such as `Job queued`.

        Raises:
            ValueError: `model_id` is malformed.
        """
        return _response_of(lambda: Response(self._client.model(model_id).request()))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        # A traceback that shows local variables calls this method also after a failed constructor.
        return repr(self._client) if hasattr(self, "_client") else "<Bytez (not set up)>"


class Lists:
    """Lists of models, tasks and instances, as `client.list`."""

    def __init__(self, client: bytezkit.Bytez) -> None:
        self._client = client

    def models(self, options: Mapping[str, str] | None = None) -> Response:
        """List the models of the catalog.

        Args:
            options: Filters: `task` selects the models of a task, `modelId` selects one model.

        Returns:
            A response whose output is a list of objects with `modelId`, `task` and further members.

        Raises:
            TypeError: `options` is not a mapping.
            ValueError: An option is unknown, or `modelId` is malformed.
        """
        options = _checked_options(options, "task", "modelId")
        task, model_id = options.get("task"), options.get("modelId")
        return _response_of(lambda: Response([*self._client.models.list_raw(task=task, model_id=model_id)]))

    def tasks(self) -> Response:
        """List the tasks of the service; the output is a list of names."""
        return _response_of(lambda: Response([*self._client.tasks.list()]))

    def instances(self) -> "list[Cluster]":
        """List the clusters of the account.

        Raises:
            LifecycleUnavailableError: The service does not offer clusters.
            BytezError: See `bytezkit.errors`.
        """
        return self._client.clusters.list()


class Model:
    """A model, returned by `Bytez.model`.

    The lifecycle methods act on the model's cluster. The vendor documented clusters until 2025-09-23; if the
    service no longer offers clusters, the lifecycle methods raise `LifecycleUnavailableError`.

    Attributes:
        id: `organization/name`.
    """

    def __init__(self, client: bytezkit.Bytez, handle: UntypedModel) -> None:
        self._client = client
        self._handle = handle
        self.id: Final = handle.model_id

    def __repr__(self) -> str:
        return f"<Model {self.id}>"

    @cached_property
    def details(self) -> dict[str, JsonValue]:
        """The model's entry in the catalog; empty without an entry. Requested on first access, then cached.

        Raises:
            BytezError: The request failed.
        """
        entries = self._client.models.list_raw(model_id=self.id)
        return entries[0] if entries else {}

    @overload
    def run(
        self,
        input: JsonInput = None,
        params: Mapping[str, JsonInput] | Literal[False] | None = None,
        stream: Literal[False] = False,
        *,
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> Response: ...
    @overload
    def run(
        self,
        input: JsonInput,
        params: Literal[True],
        *,
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> TextStream | MediaStream: ...
    @overload
    def run(
        self,
        input: JsonInput = None,
        params: Mapping[str, JsonInput] | None = None,
        *,
        stream: Literal[True],
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> TextStream | MediaStream: ...
    @overload
    def run(
        self,
        input: JsonInput,
        params: Mapping[str, JsonInput] | None,
        stream: Literal[True],
        *,
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> TextStream | MediaStream: ...
    @overload
    def run(
        self,
        input: JsonInput = None,
        params: Mapping[str, JsonInput] | bool | None = None,
        stream: bool = False,
        *,
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> Response | TextStream | MediaStream: ...
    def run(
        self,
        input: JsonInput = None,
        params: Mapping[str, JsonInput] | bool | None = None,
        stream: bool = False,
        *,
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> Response | TextStream | MediaStream:
        """Run the model.

        Args:
            input: A string, a list, or a mapping with the members of the input; None for no input.
            params: Arguments of the model, or a bool in the place of `stream`.
            stream: Whether to return an open stream: of bytes if the model's task produces media, else of
                text. The first stream requests the task from the catalog.
            model_params: Another name for `params`.

        Returns:
            A response, whose `error` is set if the run failed; or the open stream.

        Raises:
            TypeError: An argument has a wrong type, or `params` and `model_params` differ.
            ValueError: An argument cannot be encoded as JSON.
            BytezError: The stream could not be opened; see `bytezkit.errors`.
        """
        if isinstance(params, bool):
            stream, params = params, None
        if not isinstance(stream, bool):
            raise TypeError(f"stream must be a bool, not {type(stream).__name__}")
        if params is None:
            params = model_params
        elif model_params is not None and model_params != params:
            raise TypeError("params and model_params are the same argument, but their values differ")
        members: dict[str, JsonInput] = {} if input is None else {"input": input}
        if not stream:
            return _response_of(lambda: self._run(members, params))
        if self._streams_media():
            return self._handle.stream_media(members, params=params)
        return self._handle.stream(members, params=params)

    def _run(self, members: Mapping[str, JsonInput], params: Mapping[str, JsonInput] | None) -> Response:
        result = self._handle.run(members, params=params)
        return Response(result.output, None, result.provider)

    def load(
        self, options: Mapping[str, int] | None = None, *, concurrency: int = 1, timeout: int = 300
    ) -> None:
        """Create the model's cluster if there is none, and wait up to 15 minutes until it is running.

        Progress is printed to stdout. An existing cluster keeps its concurrency and its timeout.

        Args:
            options: `concurrency` and `timeout` in one mapping, which override the arguments below.
            concurrency: Number of runs served at once, 1 to 10.
            timeout: Seconds without a run after which the cluster stops: whole minutes, 60 to 86400.

        Raises:
            TypeError: An option is not an integer.
            ValueError: An option is unknown or out of range.
            WaitTimeoutError: The cluster was not running in time.
            ModelFailedError: The model failed or is switched off.
            LifecycleUnavailableError: The service does not offer clusters; run the model directly.
            BytezError: See `bytezkit.errors`.
        """
        self._handle.load(**_capacity(options, concurrency, timeout), on_progress=print)

    def start(
        self, options: Mapping[str, int] | None = None, *, concurrency: int = 1, timeout: int = 300
    ) -> None:
        """Create the model's cluster if there is none; arguments and errors as for `load`."""
        capacity = _capacity(options, concurrency, timeout)
        # Status 409: the cluster exists.
        with suppress(ConflictError):
            self._handle.cluster.create(**capacity)

    def status(self) -> ModelStatus:
        """Return the state of the model.

        Raises:
            LifecycleUnavailableError: The service does not offer clusters.
            BytezError: See `bytezkit.errors`.
        """
        try:
            cluster = self._handle.cluster.get()
        except NotFoundError:
            return ModelStatus("stopped", None)
        if cluster.running:
            return ModelStatus("running", cluster)
        return ModelStatus("stopped" if cluster.stopped else "deploying", cluster)

    def stop(self) -> None:
        """Delete the model's cluster if there is one; errors as for `status`."""
        with suppress(NotFoundError):
            self._handle.cluster.delete()

    def _streams_media(self) -> bool:
        handle, _ = HANDLES.get(str(self.details.get("task")), (None, None))
        return handle is not None and issubclass(handle, MediaHandle)


class _Capacity(TypedDict):
    desired: int
    max: int
    idle_timeout: timedelta


def _response_of(send: Callable[[], Response]) -> Response:
    """Return the response, or the error as a response."""
    try:
        return send()
    except BytezError as error:
        return Response(error=error.message)


def _checked_options(options: Mapping[str, T] | None, *known: str) -> Mapping[str, T]:
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise TypeError(f"options must be a mapping, not {type(options).__name__}")
    unknown = [repr(name) for name in options if name not in known]
    if unknown:
        raise ValueError(f"options must be {' or '.join(known)}, not {', '.join(unknown)}")
    return options


def _capacity(options: Mapping[str, int] | None, concurrency: int, timeout: int) -> _Capacity:
    options = _checked_options(options, "concurrency", "timeout")
    concurrency, timeout = options.get("concurrency", concurrency), options.get("timeout", timeout)
    for name, value in (("concurrency", concurrency), ("timeout", timeout)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
    if not 1 <= concurrency <= 10:
        raise ValueError(f"concurrency must be 1 to 10, not {concurrency}")
    if timeout % 60 or not 60 <= timeout <= 86400:
        raise ValueError(f"timeout must be 60 to 86400 seconds in whole minutes, such as 300, not {timeout}")
    return _Capacity(desired=concurrency, max=concurrency, idle_timeout=timedelta(seconds=timeout))
