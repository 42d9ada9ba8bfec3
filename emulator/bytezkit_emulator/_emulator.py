"""Public `Emulator` class."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self, TextIO, TypeAlias

from bytezkit_emulator._common.dialect import Dialect
from bytezkit_emulator._common.guard import token_digest
from bytezkit_emulator._common.settings import Settings, check_choice
from bytezkit_emulator._engines import EngineName, EngineSelection
from bytezkit_emulator._engines.live import LiveEngine
from bytezkit_emulator._faults import Fault, PlainFault
from bytezkit_emulator._journal import json_log
from bytezkit_emulator._model.catalog import open_model, read_catalog
from bytezkit_emulator._model.media_store import MediaStore
from bytezkit_emulator._model.tenants import Tenants, fingerprints
from bytezkit_emulator._model.world import World
from bytezkit_emulator._openapi.contract import load_contract
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._service.cors import Cors
from bytezkit_emulator._state.clock import check_clock
from bytezkit_emulator._stubs import Stub, StubEngine, Stubs
from bytezkit_emulator._time.scheduler import ClockMode, Scheduler
from bytezkit_models.json_value import JsonInput

if TYPE_CHECKING:
    from httpx import AsyncBaseTransport, BaseTransport

    from bytezkit_emulator._server.asgi import App
    from bytezkit_emulator._server.httpx_transport import EmulatorTransport
    from bytezkit_emulator._server.server import Server
else:  # httpx would take a third of the emulator's start, and the server does not need it.
    AsyncBaseTransport = BaseTransport = object

Profile: TypeAlias = Literal["full", "serverless"]


class Emulator:
    """An emulated Bytez service in this process. It needs no account and no network.

    Inside a `with` block it also serves HTTP at `url`, on a free port of 127.0.0.1. `app`, `transport` and
    `async_transport` work without a `with` block.

    Args:
        keys: API keys to accept; all others are rejected with 401. Default: every key of 1 to 256 printable
            ASCII characters without spaces is accepted. Each key has its own state.
        clock: How virtual time passes. `auto` (default): it jumps to the next event as soon as a request
            waits for the event, so no request takes real time. `manual`: only `clock.advance` moves it.
            `scaled`: it passes `scale` times as fast as real time. `real`: it is the wall clock.
        scale: Virtual seconds per real second in mode `scaled`, 0.001 to 1,000,000. Default: 15, so that a
            cold boot takes two real seconds.
        engine: Source of the outputs. `synthetic` (default) generates them, and equal requests get equal
            outputs. `canned` returns the examples of the OpenAPI document, whose media URLs are the vendor's.
            An `OpenAIEngine` or a `TransformersEngine` runs real models; what it does not serve gets
            `synthetic` outputs.
        seed: Seed of the `synthetic` engine; another seed gives other outputs. Default: 0.
        stubs: Stubbed responses, which take precedence over the engine: `Stub` objects, mappings of the same
            form, or a YAML file with a list of such mappings. `emulator.stubs` changes them later.
            Default: no stubs.
        faults: Faults to inject: `Fault` objects, names of presets, mappings of the same form, or a YAML file
            with a list of these. `emulator.faults` changes them later. Default: no faults.
        catalog: JSON file with the models: a list of objects with `modelId`, `task`, `params` (in billions,
            or null), `ramRequired` (in GB, or null) and, for a closed-source model, `provider`, which must be
            one of the providers that the emulator supports. Models whose task is not in the OpenAPI document
            are skipped. Default: the models in the vendor's documentation.
        profile: `full` (default) serves all operations. `serverless` serves neither cluster operations nor
            the v1 API, which the vendor has removed from its documentation.
        credits: US dollars that each key may spend before it gets 402. Default: no limit.
        settings: Durations and limits. Default: `Settings()`.
        dialect: Choices where published clients disagree. Default: as in the vendor's documentation.
        admin_token: Bearer token, printable ASCII without spaces, that the control API below `/_emulator`
            requires. Default: no token; every process of this machine has access, and no other machine.
        cors_origins: Origins, such as `https://app.example`, whose web pages may call the emulated API,
            besides loopback origins; `*` for every origin. The control API ignores it. Default: none.
        log: Stream that gets one line of JSON per finished request, without the key. Default: no log.

    Raises:
        TypeError: `keys` or `cors_origins` is a string instead of a list of strings.
        ValueError: An argument is out of range or not one of its choices, a key, the token or an origin is
            malformed, the catalog (`CatalogError`), a stub (`StubError`) or a fault (`FaultError`) is
            invalid, or the live engine cannot work (`EngineError`).
    """

    def __init__(  # noqa: PLR0913  # every parameter is an independent, keyword-only option
        self,
        *,
        keys: Iterable[str] | None = None,
        clock: ClockMode = "auto",
        scale: float = 15.0,
        engine: EngineName | LiveEngine = "synthetic",
        seed: int = 0,
        stubs: Path | Iterable[Stub | Mapping[str, JsonInput] | Path] = (),
        faults: Path | Iterable[Fault | PlainFault | Path] = (),
        catalog: Path | None = None,
        profile: Profile = "full",
        credits: float | None = None,  # noqa: A002  # the service's term for this amount
        settings: Settings | None = None,
        dialect: Dialect | None = None,
        admin_token: str | None = None,
        cors_origins: Iterable[str] = (),
        log: TextIO | None = None,
    ) -> None:
        accepts_any_key = keys is None
        allowed_fingerprints = None if keys is None else fingerprints(keys)
        token = None if admin_token is None else token_digest(admin_token)
        # A traceback may show local variables, so the secrets must be gone before an exception can be raised.
        del keys, admin_token
        if token == b"":
            raise ValueError("admin_token must be printable ASCII characters without spaces, at least one")
        if allowed_fingerprints is None and not accepts_any_key:
            raise TypeError("keys must be a list of strings, not one string")
        if isinstance(cors_origins, str):
            raise TypeError("cors_origins must be a list of strings, not one string")
        cors = Cors(cors_origins)
        tenants = Tenants(allowed_fingerprints)
        if isinstance(engine, str):
            check_choice("engine", engine, EngineName)
        check_choice("profile", profile, Profile)
        check_clock(clock, scale)
        if credits is not None and not 0 <= credits < math.inf:
            raise ValueError("credits must be 0 or greater")
        contract = load_contract()
        scheduler = Scheduler(clock, scale)
        settings = settings or Settings()
        models = read_catalog(catalog, contract.tasks)
        if not isinstance(engine, str):
            added = engine.open({model.model_id: model.task for model in models.values()})
            models |= {
                model_id: open_model(model_id, contract.tasks[task]) for model_id, task in added.items()
            }
        lock = RLock()
        engines = EngineSelection(engine, seed, contract=contract, lock=lock)
        stub_engine = StubEngine(engines, lock)
        world = World(
            contract=contract,
            catalog=models,
            scheduler=scheduler,
            settings=settings,
            dialect=dialect or Dialect(),
            engine=stub_engine.run,
            is_live=engines.is_live,
            live_runs=engines.live_runs,
            media_store=MediaStore(scheduler, settings),
            credits=None if credits is None else Decimal(str(credits)),
        )
        self._runtime = Runtime(
            world,
            stub_engine,
            tenants,
            cors=cors,
            is_serverless=profile == "serverless",
            admin_token=token,
            log=None if log is None else json_log(log),
            lock=lock,
        )
        self._server: Server | None = None
        self._was_entered = False
        self.clock: Final = self._runtime.clock
        self.state: Final = self._runtime.state
        self.journal: Final = self._runtime.journal
        self.faults: Final = self._runtime.faults
        self.faults.add(*([faults] if isinstance(faults, Path) else faults))
        self.stubs: Final = Stubs(contract, models, stub_engine)
        self.stubs.add(*([stubs] if isinstance(stubs, Path) else stubs))
        self._runtime.save_start()

    @cached_property
    def app(self) -> "App":
        """ASGI application of the emulator."""
        from bytezkit_emulator._server.asgi import App  # noqa: PLC0415  # in-process use needs no asyncio

        return App(self._runtime)

    @property
    def transport(self) -> BaseTransport:
        """In-process transport for `httpx.Client`."""
        return self._httpx_transport

    @property
    def async_transport(self) -> AsyncBaseTransport:
        """In-process transport for `httpx.AsyncClient`."""
        return self._httpx_transport

    @property
    def _httpx_transport(self) -> "EmulatorTransport":
        from bytezkit_emulator._server.httpx_transport import (  # noqa: PLC0415  # the server needs no httpx
            EmulatorTransport,
        )

        return EmulatorTransport(self._runtime)

    @property
    def url(self) -> str:
        """Base URL of the server.

        Raises:
            RuntimeError: The server is not running.
        """
        if self._server is None:
            raise RuntimeError("url is available only inside the emulator's with block")
        return self._server.url

    def __enter__(self) -> Self:
        from bytezkit_emulator._server.server import Server  # noqa: PLC0415  # in-process use needs no server

        if self._was_entered:
            # Clock and state belong to the first run, and its shutdown has closed them.
            raise RuntimeError("an Emulator can be entered only once: create another Emulator")
        self._was_entered = True
        server = Server(self.app, hosts=["127.0.0.1"], port=0, on_stop=self._runtime.close)
        server.start()
        self._server = server
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def reset(self) -> None:
        """Return everything to how it was after construction, except for the snapshots.

        State, time and mode of the clock, faults and stubs are those of the start, each stub begins at its
        first response, and the journal is empty. All current requests are rejected with 409, and started
        streams are cut.
        """
        self._runtime.reset()

    def close(self) -> None:
        """Stop the server and the clock. Waiting and later requests are rejected with 503."""
        self._runtime.close()
        if self._server is not None:
            self._server.stop()
            self._server = None
