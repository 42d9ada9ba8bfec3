"""The emulator as people hold it."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self, TypeAlias

from bytezkit_emulator._catalog import read_catalog
from bytezkit_emulator._choices import check_choice
from bytezkit_emulator._contract import load_contract
from bytezkit_emulator._core import Core
from bytezkit_emulator._dialect import Dialect
from bytezkit_emulator._engines import ENGINES, EngineName
from bytezkit_emulator._media_store import MediaStore
from bytezkit_emulator._scheduler import ClockMode, Scheduler
from bytezkit_emulator._settings import Settings
from bytezkit_emulator._tenants import Tenants, fingerprints
from bytezkit_emulator._world import World

if TYPE_CHECKING:
    import httpx
    from starlette.types import ASGIApp

    from bytezkit_emulator._server import Server

_LEAST_SCALE: Final = 0.001
_GREATEST_SCALE: Final = 1_000_000

Profile: TypeAlias = Literal["full", "serverless"]


class Clock:
    """The virtual time of an emulator.

    Attributes:
        mode: How time passes: `auto`, `manual`, `real` or `scaled`.
    """

    def __init__(self, core: Core, mode: ClockMode) -> None:
        self._core = core
        self.mode: Final = mode

    @property
    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self._core.now

    def advance(self, length: timedelta) -> None:
        """Let time pass at once; what becomes due meanwhile happens in its order.

        Raises:
            ValueError: The length is negative.
        """
        self._core.advance(length)


class Emulator:
    """The service on this machine, without an account and without a network.

    In a `with` block it is also served over HTTP, at `url`, on a free port of 127.0.0.1. The transports
    and `app` need no `with` block.

    Args:
        keys: The keys that are taken; all others are refused with 401. Default: every key of 1 to 256
            printable ASCII characters without spaces is taken, and has a world of its own.
        clock: How time passes. `auto` (default): nobody waits; where someone would, time moves on by
            as much. `manual`: only by `clock.advance`. `scaled`: `scale` times as fast as real time.
            `real`: as it does.
        scale: Virtual seconds per real second of the clock `scaled`, 0.001 to 1,000,000. Default: 15, so
            that a cold boot takes two seconds.
        engine: What makes the outputs: `synthetic` (default) invents them, always the same for the
            same request; `canned` answers with the examples of the OpenAPI document, whose URLs of media are
            the vendor's.
        catalog: A JSON file with the models: a list of objects with `modelId`, `task`, `params` (in
            billions, or null) and `ramRequired` (in GB, or null), and with `provider` for a closed-source
            model of one of the providers that the emulator knows. Models of a task that the document
            does not know are left out. Default: the models that the vendor's documents name.
        profile: `full` (default) has all operations; `serverless` has none on clusters and no older
            API, as the service may be since the vendor took them out of its documents.
        credits: US dollars that each key may spend before 402. Default: no limit.
        settings: Lengths and limits.
        dialect: What published clients disagree about. Default: as the vendor's own documents say.

    Raises:
        TypeError: `keys` is one string.
        ValueError: An argument is none of its choices or out of range, a key is malformed, or the
            catalog can not be used (`CatalogError`).
    """

    def __init__(  # noqa: PLR0913  # each of them is a choice of its own
        self,
        *,
        keys: Iterable[str] | None = None,
        clock: ClockMode = "auto",
        scale: float = 15.0,
        engine: EngineName = "synthetic",
        catalog: Path | None = None,
        profile: Profile = "full",
        credits: float | None = None,  # noqa: A002  # the service's own word
        settings: Settings | None = None,
        dialect: Dialect | None = None,
    ) -> None:
        is_open = keys is None
        admitted = None if keys is None else fingerprints(keys)
        del keys  # A traceback shows locals, whatever it is about.
        if admitted is None and not is_open:
            raise TypeError("keys must be a list of strings, not one string")
        tenants = Tenants(admitted)
        check_choice("clock", clock, ClockMode)
        check_choice("engine", engine, EngineName)
        check_choice("profile", profile, Profile)
        if not _LEAST_SCALE <= scale <= _GREATEST_SCALE:
            raise ValueError(f"scale must be a number from {_LEAST_SCALE} to {_GREATEST_SCALE}")
        if credits is not None and not 0 <= credits < math.inf:
            raise ValueError("credits must be a number from 0 on")
        contract = load_contract()
        scheduler = Scheduler(clock, scale)
        settings = settings or Settings()
        world = World(
            contract=contract,
            catalog=read_catalog(catalog, contract.tasks),
            scheduler=scheduler,
            settings=settings,
            dialect=dialect or Dialect(),
            engine=ENGINES[engine],
            media_store=MediaStore(scheduler, settings),
            credits=None if credits is None else Decimal(str(credits)),
        )
        self._core = Core(world, tenants, is_serverless=profile == "serverless")
        self._server: Server | None = None
        self._was_entered = False
        self.clock: Final = Clock(self._core, clock)

    @cached_property
    def app(self) -> "ASGIApp":
        """An ASGI application."""
        from bytezkit_emulator._app import make_app  # noqa: PLC0415  # in process, nobody needs Starlette

        return make_app(self._core)

    @property
    def transport(self) -> "httpx.BaseTransport":
        """A transport for `httpx.Client` that needs no socket."""
        from bytezkit_emulator._transport import EmulatorTransport  # noqa: PLC0415  # a server needs no httpx

        return EmulatorTransport(self._core)

    @property
    def async_transport(self) -> "httpx.AsyncBaseTransport":
        """A transport for `httpx.AsyncClient` that needs no socket."""
        from bytezkit_emulator._transport import EmulatorTransport  # noqa: PLC0415  # a server needs no httpx

        return EmulatorTransport(self._core)

    @property
    def url(self) -> str:
        """The base URL of the server.

        Raises:
            RuntimeError: It is not running.
        """
        if self._server is None:
            raise RuntimeError("the emulator has a URL only inside its with block")
        return self._server.url

    def __enter__(self) -> Self:
        from bytezkit_emulator._server import Server  # noqa: PLC0415  # in process, nobody needs uvicorn

        if self._was_entered:
            raise RuntimeError("an emulator is served once: make another one")
        self._was_entered = True
        self._server = Server(self.app, hosts=["127.0.0.1"], port=0, on_stop=self._core.close)
        self._server.start()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server and the clock; what still waits or comes is refused with 503."""
        self._core.close()
        if self._server is not None:
            self._server.stop()
            self._server = None
