"""The emulator as people hold it."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self, TextIO, TypeAlias

from bytezkit_emulator._common.dialect import Dialect
from bytezkit_emulator._common.guard import token_digest
from bytezkit_emulator._common.settings import Settings, check_choice
from bytezkit_emulator._engines import ENGINES, EngineName, seeded
from bytezkit_emulator._faults import Fault, PlainFault
from bytezkit_emulator._journal import json_log
from bytezkit_emulator._model.catalog import read_catalog
from bytezkit_emulator._model.media_store import MediaStore
from bytezkit_emulator._model.tenants import Tenants, fingerprints
from bytezkit_emulator._model.world import World
from bytezkit_emulator._openapi.contract import load_contract
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._state.clock import check_pace
from bytezkit_emulator._stubs import Json, Stub, StubEngine, Stubs
from bytezkit_emulator._time.scheduler import ClockMode, Scheduler

if TYPE_CHECKING:
    import httpx

    from bytezkit_emulator._server.asgi import App
    from bytezkit_emulator._server.server import Server

Profile: TypeAlias = Literal["full", "serverless"]


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
        seed: Which of the equally made up outputs `synthetic` gives. Default: 0.
        stubs: Stubbed responses, which take precedence over the engine: `Stub`s, plain data of the same
            form, or a YAML file with a list of it. `emulator.stubs` changes them later. Default: none.
        faults: What goes wrong: `Fault`s, names of presets, the same as plain data, or a YAML file of these.
            `emulator.faults` changes them later. Default: nothing.
        catalog: A JSON file with the models: a list of objects with `modelId`, `task`, `params` (in
            billions, or null) and `ramRequired` (in GB, or null), and with `provider` for a closed-source
            model of one of the providers that the emulator knows. Models of a task that the document
            does not know are left out. Default: the models that the vendor's documents name.
        profile: `full` (default) has all operations; `serverless` has none on clusters and no older
            API, as the service may be since the vendor took them out of its documents.
        credits: US dollars that each key may spend before 402. Default: no limit.
        settings: Lengths and limits.
        dialect: What published clients disagree about. Default: as the vendor's own documents say.
        admin_token: What requests to the control API, below `/_emulator`, must carry. Default: nothing; it is
            open to this machine.
        log: Where a line of JSON is written about each request when it is over; no key stands in it.
            Default: nowhere.

    Raises:
        TypeError: `keys` is one string.
        ValueError: An argument is none of its choices or out of range, a key is malformed, or the
            catalog (`CatalogError`), an answer (`StubError`) or a fault (`FaultError`) can not be used.
    """

    def __init__(  # noqa: PLR0913  # each of them is a choice of its own
        self,
        *,
        keys: Iterable[str] | None = None,
        clock: ClockMode = "auto",
        scale: float = 15.0,
        engine: EngineName = "synthetic",
        seed: int = 0,
        stubs: Path | Iterable[Stub | Mapping[str, Json] | Path] = (),
        faults: Path | Iterable[Fault | PlainFault | Path] = (),
        catalog: Path | None = None,
        profile: Profile = "full",
        credits: float | None = None,  # noqa: A002  # the service's own word
        settings: Settings | None = None,
        dialect: Dialect | None = None,
        admin_token: str | None = None,
        log: TextIO | None = None,
    ) -> None:
        is_open = keys is None
        admitted = None if keys is None else fingerprints(keys)
        token = None if admin_token is None else token_digest(admin_token)
        del keys, admin_token  # A traceback shows locals, whatever it is about.
        if token == token_digest(""):
            raise ValueError("admin_token must not be empty")
        if admitted is None and not is_open:
            raise TypeError("keys must be a list of strings, not one string")
        tenants = Tenants(admitted)
        check_choice("engine", engine, EngineName)
        check_choice("profile", profile, Profile)
        check_pace(clock, scale)
        if credits is not None and not 0 <= credits < math.inf:
            raise ValueError("credits must be a number from 0 on")
        contract = load_contract()
        scheduler = Scheduler(clock, scale)
        settings = settings or Settings()
        models = read_catalog(catalog, contract.tasks)
        scripts = StubEngine(seeded(ENGINES[engine], seed))
        world = World(
            contract=contract,
            catalog=models,
            scheduler=scheduler,
            settings=settings,
            dialect=dialect or Dialect(),
            engine=scripts.run,
            media_store=MediaStore(scheduler, settings),
            credits=None if credits is None else Decimal(str(credits)),
        )
        self._core = Runtime(
            world,
            tenants,
            is_serverless=profile == "serverless",
            admin_token=token,
            log=None if log is None else json_log(log),
        )
        self._server: Server | None = None
        self._was_entered = False
        self.clock: Final = self._core.clock
        self.state: Final = self._core.state
        self.journal: Final = self._core.journal
        self.faults: Final = self._core.faults
        self.faults.add(*([faults] if isinstance(faults, Path) else faults))
        self.stubs: Final = Stubs(contract, models, scripts)
        self.stubs.add(*([stubs] if isinstance(stubs, Path) else stubs))

    @cached_property
    def app(self) -> "App":
        """An ASGI application."""
        from bytezkit_emulator._server.asgi import App  # noqa: PLC0415  # in process, nobody needs asyncio

        return App(self._core)

    @property
    def transport(self) -> "httpx.BaseTransport":
        """A transport for `httpx.Client` that needs no socket."""
        from bytezkit_emulator._server.httpx_transport import (  # noqa: PLC0415  # a server needs no httpx
            EmulatorTransport,
        )

        return EmulatorTransport(self._core)

    @property
    def async_transport(self) -> "httpx.AsyncBaseTransport":
        """A transport for `httpx.AsyncClient` that needs no socket."""
        from bytezkit_emulator._server.httpx_transport import (  # noqa: PLC0415  # a server needs no httpx
            EmulatorTransport,
        )

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
        from bytezkit_emulator._server.server import Server  # noqa: PLC0415  # in process, nobody needs it

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
