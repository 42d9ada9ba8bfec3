"""The Python interface of the vendor's own client, over this one: only the import changes.

    from bytezkit.compat import Bytez

    client = Bytez("YOUR_BYTEZ_KEY_HERE")
    model = client.model("Qwen/Qwen2-7B-Instruct")
    print(model.run("Once upon a time", {"max_new_tokens": 20}).output)

It has what the package `bytez` 3.0.1 has, what the vendor's README for Python adds to it (`model_params`,
`process`), and the lifecycle that the vendor's clients offered before (`load`, `start`, `status`, `stop`,
`list.instances`). All of it speaks the current API; code for the older one uses `client.v1` of
`bytezkit.Bytez`.

It differs from the vendor's client where that one loses something:

- Text streams keep newlines and empty lines, and their chunks are what came, not lines.
- Media streams give bytes, as they are.
- A stream that is refused or cut raises a `bytezkit.errors.BytezError`; it is no text in the stream. So
  does a look-up of the model's task that fails.
- Bad arguments raise `TypeError` or `ValueError` and a malformed key `ConfigurationError`, before
  anything is sent.
- A call is retried and bounded in time as `bytezkit.Bytez` does it.

What returns a `Response` does not raise for what the service says, nor for a connection that fails: as
with the vendor's client, `error` says it. The lifecycle raises.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self, TypedDict, TypeVar, overload

import bytezkit
from bytezkit._core.secrets import Secret
from bytezkit.errors import BytezError, ConflictError, NotFoundError
from bytezkit.types import Cluster, JsonInput, JsonValue

if TYPE_CHECKING:
    from bytezkit import MediaStream, TextStream
    from bytezkit._api.handles import UntypedModel

__all__ = ["Bytez", "Lists", "Model", "ModelStatus", "Response"]

T = TypeVar("T")

_DEVELOPMENT_URL: Final = "http://localhost:8080"


class Response(NamedTuple):
    """What the service answered.

    Attributes:
        output: What was asked for; None where it failed.
        error: What went wrong, if anything did.
        provider: The provider's own answer, for closed-source models.
    """

    output: JsonValue = None
    error: str | None = None
    provider: JsonValue = None


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """Whether a model is up.

    Attributes:
        status: `stopped` also where the model has no cluster.
        cluster: The model's cluster; None where there is none.
    """

    status: Literal["deploying", "running", "stopped"]
    cluster: Cluster | None


class Bytez:
    """A client with the vendor's interface, safe to share between threads.

    Args:
        api_key: The key; the environment variable `BYTEZ_KEY` if not given.
        dev: Whether the service is at http://localhost:8080, where the emulator is by default.
        base_url: Where the service is; `BYTEZ_BASE_URL` if not given, else https://api.bytez.com. The
            vendor's client has no such argument, and no `close` either.

    Raises:
        ConfigurationError: The key is missing or malformed, or the URL is not one to send a key to.
        TypeError: `dev` is not a bool, or both it and `base_url` are given.
    """

    def __init__(self, api_key: str | None = None, dev: bool = False, *, base_url: str | None = None) -> None:
        key = None if api_key is None else Secret(api_key)
        del api_key
        if not isinstance(dev, bool):
            raise TypeError(f"dev must be a bool, not {type(dev).__name__}")
        if dev and base_url is not None:
            raise TypeError("dev and base_url both say where the service is: give one of them")
        self._client = bytezkit.Bytez(
            None if key is None else key.reveal(), base_url=_DEVELOPMENT_URL if dev else base_url
        )

    @property
    def list(self) -> "Lists":
        """What there is: models, tasks and instances."""
        return Lists(self._client)

    def model(self, model_id: str, provider_key: str | None = None) -> "Model":
        """Return a model.

        Args:
            model_id: `organization/name`.
            provider_key: Your own key at the provider of a closed-source model, sent with runs.

        Raises:
            ValueError: The id is malformed.
            ConfigurationError: The provider key is malformed.
        """
        key = None if provider_key is None else Secret(provider_key)
        del provider_key
        client = self._client
        if key is not None:
            client = client.with_options(provider_key=key.reveal())
        return Model(client, client.model(model_id))

    def process(self, model_id: str) -> Response:
        """Ask the service to add a model to its catalog.

        Returns:
            A response whose output is what the service says, such as `Job queued`.

        Raises:
            ValueError: The id is malformed.
        """
        return _respond(lambda: Response(self._client.model(model_id).request()))

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
        # A traceback with locals prints a client whose constructor failed, too.
        return repr(self._client) if hasattr(self, "_client") else "<Bytez (not set up)>"


class Lists:
    """What there is, as `client.list`."""

    def __init__(self, client: bytezkit.Bytez) -> None:
        self._client = client

    def models(self, options: Mapping[str, str] | None = None) -> Response:
        """List the models of the catalog.

        Args:
            options: `task` leaves only models of that task, `modelId` only the one of that id.

        Returns:
            A response whose output is a list of objects with `modelId`, `task` and more.

        Raises:
            TypeError: The options are not a mapping.
            ValueError: An option is unknown, or the id malformed.
        """
        options = _options(options, "task", "modelId")
        task, model_id = options.get("task"), options.get("modelId")
        return _respond(lambda: Response([*self._client.models.list_raw(task=task, model_id=model_id)]))

    def tasks(self) -> Response:
        """List the tasks that the service knows.

        Returns:
            A response whose output is what the service lists.
        """
        return _respond(lambda: Response([*self._client.tasks.list()]))

    def instances(self) -> "list[Cluster]":
        """List what runs or is being deployed for you.

        Raises:
            LifecycleUnavailableError: The service does not offer clusters.
            BytezError: See `bytezkit.errors`.
        """
        return self._client.clusters.list()


class Model:
    """A model, made by `Bytez.model`.

    Its lifecycle is that of the model's cluster. The vendor documented clusters until 2025-09-23; where
    the service does not offer them any more, the lifecycle raises `LifecycleUnavailableError`.

    Attributes:
        id: `organization/name`.
    """

    def __init__(self, client: bytezkit.Bytez, handle: "UntypedModel") -> None:
        self._client = client
        self._handle = handle
        self.id: Final = handle.model_id

    def __repr__(self) -> str:
        return f"<Model {self.id}>"

    @cached_property
    def details(self) -> dict[str, JsonValue]:
        """The model's entry in the catalog, looked up when first needed; empty if it has none.

        Raises:
            BytezError: It could not be looked up.
        """
        found = self._client.models.list_raw(model_id=self.id)
        return found[0] if found else {}

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
    ) -> "TextStream | MediaStream": ...
    @overload
    def run(
        self,
        input: JsonInput = None,
        params: Mapping[str, JsonInput] | None = None,
        *,
        stream: Literal[True],
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> "TextStream | MediaStream": ...
    @overload
    def run(
        self,
        input: JsonInput,
        params: Mapping[str, JsonInput] | None,
        stream: Literal[True],
        *,
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> "TextStream | MediaStream": ...
    @overload
    def run(
        self,
        input: JsonInput = None,
        params: Mapping[str, JsonInput] | bool | None = None,
        stream: bool = False,
        *,
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> "Response | TextStream | MediaStream": ...
    def run(
        self,
        input: JsonInput = None,
        params: Mapping[str, JsonInput] | bool | None = None,
        stream: bool = False,
        *,
        model_params: Mapping[str, JsonInput] | None = None,
    ) -> "Response | TextStream | MediaStream":
        """Run the model.

        Args:
            input: A string, a list, or the members of the input as a mapping; None for none.
            params: Arguments of the model; or a bool, which then stands for `stream`.
            stream: Whether to return the output as it comes: bytes where the model's task makes media,
                which the first stream looks up, else text.
            model_params: Another name for `params`.

        Returns:
            A response, whose `error` is set where the model could not be run; or the open stream.

        Raises:
            TypeError: An argument is of a wrong type, or `params` and `model_params` differ.
            ValueError: An argument can not be written as JSON.
            BytezError: The stream could not be opened; see `bytezkit.errors`.
        """
        if isinstance(params, bool):
            stream, params = params, None
        if not isinstance(stream, bool):
            raise TypeError(f"stream must be a bool, not {type(stream).__name__}")
        if params is None:
            params = model_params
        elif model_params is not None and model_params != params:
            raise TypeError("params and model_params are two names of one argument, and here they differ")
        members: dict[str, JsonInput] = {} if input is None else {"input": input}
        if not stream:
            return _respond(lambda: self._run(members, params))
        if self._streams_media():
            return self._handle.stream_media(members, params=params)
        return self._handle.stream(members, params=params)

    def _run(self, members: Mapping[str, JsonInput], params: Mapping[str, JsonInput] | None) -> Response:
        result = self._handle.run(members, params=params)
        return Response(result.output, None, result.provider)

    def load(
        self, options: Mapping[str, int] | None = None, *, concurrency: int = 1, timeout: int = 300
    ) -> None:
        """Start the model unless it is started, and wait until it is up, at most 15 minutes.

        Progress is printed.

        Args:
            options: The two arguments below in one mapping, which then count.
            concurrency: How many runs it serves at once, 1 to 10; a model that is started keeps its own.
            timeout: Seconds without a run after which it stops: whole minutes, 60 to 86400. As for
                `concurrency`, a model that is started keeps its own.

        Raises:
            TypeError: An option is not an integer.
            ValueError: An option is unknown or out of range.
            WaitTimeoutError: The model was not up in time.
            ModelFailedError: It failed or is switched off.
            LifecycleUnavailableError: The service does not offer clusters; run the model directly.
            BytezError: See `bytezkit.errors`.
        """
        self._handle.load(**_capacity(options, concurrency, timeout), on_progress=print)

    def start(
        self, options: Mapping[str, int] | None = None, *, concurrency: int = 1, timeout: int = 300
    ) -> None:
        """Start the model unless it is started, without waiting; arguments and errors as for `load`."""
        capacity = _capacity(options, concurrency, timeout)
        with suppress(ConflictError):
            self._handle.cluster.create(**capacity)

    def status(self) -> ModelStatus:
        """Return whether the model is up.

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
        """Stop the model if it is started.

        Raises:
            LifecycleUnavailableError: The service does not offer clusters.
            BytezError: See `bytezkit.errors`.
        """
        with suppress(NotFoundError):
            self._handle.cluster.delete()

    def _streams_media(self) -> bool:
        from bytezkit._api.handles import MediaHandle  # noqa: PLC0415  # A plain run needs no task.
        from bytezkit._api.task_handles import HANDLES  # noqa: PLC0415

        handle, _ = HANDLES.get(str(self.details.get("task")), (None, None))
        return handle is not None and issubclass(handle, MediaHandle)


class _Capacity(TypedDict):
    desired: int
    max: int
    idle_timeout: timedelta


def _respond(ask: Callable[[], Response]) -> Response:
    """Answer as the vendor's client does: with the error, if there is one."""
    try:
        return ask()
    except BytezError as error:
        return Response(error=error.message)


def _options(options: Mapping[str, T] | None, *known: str) -> Mapping[str, T]:
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise TypeError(f"options must be a mapping, not {type(options).__name__}")
    unknown = [repr(name) for name in options if name not in known]
    if unknown:
        raise ValueError(f"options must be {' or '.join(known)}, not {', '.join(unknown)}")
    return options


def _capacity(options: Mapping[str, int] | None, concurrency: int, timeout: int) -> _Capacity:
    options = _options(options, "concurrency", "timeout")
    concurrency, timeout = options.get("concurrency", concurrency), options.get("timeout", timeout)
    for name, value in (("concurrency", concurrency), ("timeout", timeout)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
    if not 1 <= concurrency <= 10:
        raise ValueError(f"concurrency must be 1 to 10, not {concurrency}")
    if timeout % 60 or not 60 <= timeout <= 86400:
        raise ValueError(
            f"timeout must be 60 to 86400 seconds that make whole minutes, such as 300, not {timeout}"
        )
    return _Capacity(desired=concurrency, max=concurrency, idle_timeout=timedelta(seconds=timeout))
