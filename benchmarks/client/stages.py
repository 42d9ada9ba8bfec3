"""What is measured, on which server, and who takes part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.client.answers import CHUNKS, DETECTIONS, DIMENSIONS, MEDIA_BYTES, MODELS, PAUSE_SECONDS
from benchmarks.client.orders import Done, Order

OURS: Final = "bytezkit"
OURS_FAST: Final = "bytezkit[fast]"
BARE: Final = "httpx"
FLOOR: Final = "standard library"


@dataclass(frozen=True, slots=True)
class Contender:
    """Who takes part.

    Attributes:
        environment: Where it runs.
        module: Its module among the contenders.
    """

    environment: str
    module: str


CONTENDERS: Final[Mapping[str, Contender]] = {
    OURS: Contender("plain", "bytezkit"),
    OURS_FAST: Contender("fast", "bytezkit"),
    BARE: Contender("plain", "httpx"),
    "bytez": Contender("bytez", "bytez"),
    "openai": Contender("openai", "openai"),
    "huggingface_hub": Contender("huggingface_hub", "huggingface_hub"),
    "requests": Contender("requests", "requests"),
    "urllib3": Contender("urllib3", "urllib3"),
    "aiohttp": Contender("aiohttp", "aiohttp"),
    "pyqwest": Contender("pyqwest", "pyqwest"),
    FLOOR: Contender("plain", "standard"),
}


def shown(name: str) -> str:
    """Write a name; those of packages are code."""
    return f"`{name}`" if name in CONTENDERS and name != FLOOR else name


@dataclass(frozen=True, slots=True)
class Quantity:
    """What counts of something that was done.

    Attributes:
        unit: Its unit.
        of: How it is got.
        digits: How many decimal places are shown.
    """

    unit: str
    of: Callable[[Done], float]
    digits: int = 0


CALLS: Final = Quantity("calls per second", lambda done: done.units / done.seconds)
CPU: Final = Quantity("µs of CPU per call", lambda done: 1e6 * done.cpu_seconds / done.units)
CHUNK_RATE: Final = Quantity("chunks per second", lambda done: len(CHUNKS) * done.units / done.seconds)
WAIT: Final = Quantity("ms", lambda done: 1e3 * done.seconds / done.units, 2)
BYTE_RATE: Final = Quantity("MB per second", lambda done: MEDIA_BYTES / 1e6 * done.units / done.seconds)
PEAK: Final = Quantity("MB more at the most", lambda done: done.extra_bytes / 1e6, 1)
EACH: Final = Quantity("MB each", lambda done: done.extra_bytes / 1e6 / done.units, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One thing that is measured.

    Attributes:
        name: Its name, and the heading of its table.
        order: What is done; the address of the server is filled in.
        contenders: Who does it.
        server: Who answers.
        shown: What counts of it, first the most important.
        note: What the reader should know.
    """

    name: str
    order: Order
    contenders: tuple[str, ...]
    server: Literal["stub", "emulator"] = "stub"
    shown: tuple[Quantity, ...] = (CALLS,)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is measured in the same rounds.

    Attributes:
        title: A heading.
        measures: What is measured.
        fresh: Whether each measurement starts a process of its own, as memory asks for.
        rounds: How many rounds there are.
    """

    title: str
    measures: tuple[Measure, ...]
    fresh: bool = False
    rounds: int = 5


def _order(work: str, seconds: float = 0.3, *, in_flight: int = 0, warm_up: int = 3) -> Order:
    return Order(work=work, url="", seconds=seconds, in_flight=in_flight, warm_up=warm_up)


_BARE_SYNC: Final = (BARE, "requests", "urllib3", "pyqwest", FLOOR)
_SYNC: Final = (OURS, OURS_FAST, "bytez", "openai", "huggingface_hub", *_BARE_SYNC)
_SPEAK_V2: Final = (OURS, OURS_FAST, "bytez", *_BARE_SYNC)
_ASYNC: Final = (OURS, OURS_FAST, "openai", "huggingface_hub", BARE, "aiohttp", "pyqwest")
_WITH_CLIENTS: Final = tuple(name for name in _SYNC if name != FLOOR)
_EVENTS: Final = "`openai` and `huggingface_hub` read server-sent events, whose JSON they decode."

RUN: Final = Measure(
    name="Run, one after the other", order=_order("run"), contenders=_SYNC, shown=(CALLS, CPU)
)
RUN_EMULATOR: Final = Measure(
    name="Run on the emulator",
    order=_order("run"),
    contenders=_SPEAK_V2,
    server="emulator",
    note="The server does most of the work here, so that the ratios are closer.",
)


def _in_flight(count: int, seconds: float, contenders: tuple[str, ...] = _ASYNC) -> Measure:
    order = _order("run", seconds, in_flight=count)
    return Measure(
        name=f"Run, awaited, {count:,} in flight",
        order=order,
        contenders=contenders,
        shown=(CALLS,) if count > 1 else (CALLS, CPU),
    )


RUNS_1: Final = _in_flight(1, 0.3, (*_ASYNC, FLOOR))
RUNS_10: Final = _in_flight(10, 0.3)
RUNS_100: Final = _in_flight(100, 0.8)
RUNS_1000: Final = _in_flight(1000, 1)

READ: Final = Measure(
    name="Text stream",
    order=_order("read"),
    contenders=_SYNC,
    shown=(CHUNK_RATE,),
    note=f"A text of {len(CHUNKS):,} chunks of 9 bytes. {_EVENTS}",
)
READ_ASYNC: Final = Measure(
    name="Text stream, awaited",
    order=_order("read", in_flight=1),
    contenders=_ASYNC,
    shown=(CHUNK_RATE,),
    note=f"The same. {_EVENTS}",
)
FIRST: Final = Measure(
    name="Time to the first chunk",
    order=_order("first", warm_up=1),
    contenders=_SYNC,
    shown=(WAIT,),
    note=f"The server waits {1000 * PAUSE_SECONDS:.0f} ms before each chunk. `bytez` gives lines only.",
)
FIRST_ASYNC: Final = Measure(
    name="Time to the first chunk, awaited",
    order=_order("first", in_flight=1, warm_up=1),
    contenders=(*_ASYNC, FLOOR),
    shown=(WAIT,),
    note="The same.",
)

_SAVE: Final = _order("save", 0, warm_up=1)
_SAVERS: Final = (OURS, OURS_FAST, *_BARE_SYNC)
MEDIA: Final = Measure(
    name="Media into a file",
    order=_SAVE,
    contenders=_SAVERS,
    shown=(BYTE_RATE, PEAK),
    note=f"{MEDIA_BYTES / 1e6:.0f} MB.",
)

DETECT: Final = Measure(
    name="A large detection result",
    order=_order("detect", 0.2),
    contenders=_SPEAK_V2,
    note=f"{DETECTIONS:,} things in a picture.",
)
EMBED: Final = Measure(
    name="A vector",
    order=_order("embed", 0.2),
    contenders=(*_SPEAK_V2, "openai"),
    note=f"{DIMENSIONS:,} floats.",
)
LIST: Final = Measure(
    name="A list of models",
    order=_order("list models", 0.2),
    contenders=(*_SPEAK_V2, "openai"),
    note=f"{MODELS:,} models.",
)

CLIENTS: Final = Measure(
    name="Memory per client",
    order=_order("clients"),
    contenders=_WITH_CLIENTS,
    shown=(EACH,),
    note="Set up, and used once. `huggingface_hub` has one session for all.",
)
STREAMS: Final = Measure(
    name="Memory per open stream",
    order=_order("streams"),
    contenders=_WITH_CLIENTS,
    shown=(EACH,),
)

# What puts load on a server without being a client.
CEILING: Final = "load alone"
_AT_ONCE: Final = 64
MAP: Final = Measure(
    name="Map over many inputs",
    order=Order(work="map", url="", in_flight=_AT_ONCE, inputs=5000),
    contenders=(OURS_FAST, CEILING),
    server="emulator",
    note=f"""\
`AsyncBytez`, {_AT_ONCE} at once; without the extra, it is as slow as many calls at once are. The load alone
sends bytes that are ready.""",
)
MAP_LONG: Final = Measure(
    name="Map over 100,000 inputs",
    order=Order(work="map", url="", in_flight=_AT_ONCE, inputs=100_000),
    contenders=(OURS_FAST,),
    server="emulator",
    shown=(CALLS, PEAK),
    note="The memory is what was added after the first 10,000.",
)

# Where two are nearly as fast, their order is noise in few rounds.
_NARROW: Final = 15
STAGES: Final = (
    Stage(title="One call after the other", measures=(RUN, RUN_EMULATOR), rounds=_NARROW),
    Stage(title="Many calls at once", measures=(RUNS_1, RUNS_10, RUNS_100, RUNS_1000)),
    Stage(title="Text as it comes", measures=(READ, READ_ASYNC, FIRST, FIRST_ASYNC), rounds=_NARROW),
    Stage(title="Media", measures=(MEDIA,), fresh=True),
    Stage(title="Large answers", measures=(DETECT, EMBED, LIST)),
    Stage(title="Memory", measures=(CLIENTS, STREAMS), fresh=True, rounds=3),
    Stage(title="Mapping", measures=(MAP,), rounds=_NARROW),
    Stage(title="A long map", measures=(MAP_LONG,), fresh=True, rounds=1),
)
