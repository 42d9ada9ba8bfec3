"""One contender at work: `python -m benchmarks.client.worker MODULE`.

It runs where the package is installed, takes an order per line of JSON, and answers each with another: what
was done, or the error that ended it. Besides the package, only the standard library is there.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from benchmarks.client import memory
from benchmarks.client.answers import HELD
from benchmarks.client.contenders.contender import AsyncContender, Contender
from benchmarks.client.orders import Done, Order
from benchmarks.client.works import ASYNC, SYNC, WrongAnswerError

# How many are measured, after how many that fill what is filled once.
_MANY: Final = 20
_FEW: Final = 3


def calls(module: Any, order: Order) -> Done:
    """Do it one time after the other, with a client that is set up for it."""
    work = SYNC[order.work]
    with contextlib.closing(_contender(module, order)) as contender:
        contender.run()
        held = _held()
        for _ in range(order.warm_up):
            work(contender)
        gc.collect()
        units, counted = 0, 0.0
        began, cpu_began = time.perf_counter(), time.process_time()
        while not units or time.perf_counter() < began + order.seconds:
            counted += work(contender) or 0
            units += 1
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
        return Done(
            units=units,
            seconds=counted or seconds,
            cpu_seconds=cpu_seconds,
            extra_bytes=max(memory.peak() - held, 0),
        )


async def awaits(module: Any, order: Order) -> Done:
    """As `calls`, awaited."""
    work = ASYNC[order.work]
    contender: AsyncContender = module.Async(order.url)
    try:
        for _ in range(order.warm_up):
            await work(contender)
        gc.collect()
        units, counted = 0, 0.0
        began, cpu_began = time.perf_counter(), time.process_time()
        while not units or time.perf_counter() < began + order.seconds:
            counted += await work(contender) or 0
            units += 1
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    finally:
        await contender.close()
    return Done(units=units, seconds=counted or seconds, cpu_seconds=cpu_seconds)


async def flights(module: Any, order: Order) -> Done:
    """Keep so many in flight, and count those that land within a while: some take minutes for all."""
    work = ASYNC[order.work]
    contender: AsyncContender = module.Async(order.url)
    landed = 0

    async def keep_calling() -> None:
        nonlocal landed
        while True:
            await work(contender)
            landed += 1

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(keep_calling()) for _ in range(order.in_flight)]
        await asyncio.sleep(order.seconds / 2)
        before, began, cpu_began = landed, time.perf_counter(), time.process_time()
        await asyncio.sleep(order.seconds)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
        units = landed - before
        for task in tasks:
            task.cancel()
    await contender.close()
    return Done(units=units, seconds=seconds, cpu_seconds=cpu_seconds)


def clients(module: Any, order: Order) -> Done:
    """Set up clients, use each once, and keep them."""

    def used() -> Contender:
        contender = _contender(module, order)
        contender.run()
        return contender

    few = [used() for _ in range(_FEW)]
    held = _held()
    many = [used() for _ in range(_MANY)]
    extra_bytes = max(_held() - held, 0)
    for contender in [*few, *many]:
        contender.close()
    return Done(units=_MANY, extra_bytes=extra_bytes)


def streams(module: Any, order: Order) -> Done:
    """Open texts that do not end, with one client, and keep them."""
    contender = _contender(module, order)

    def opened() -> Iterator[str]:
        texts = contender.texts(HELD)
        next(texts)
        return texts

    open_texts = [opened() for _ in range(_FEW)]
    held = _held()
    open_texts += [opened() for _ in range(_MANY)]
    # They are closed when this process ends.
    return Done(units=_MANY, extra_bytes=max(_held() - held, 0))


async def mapping(module: Any, order: Order) -> Done:
    """Map over inputs; the memory is what was added after the first tenth of them."""
    contender = module.Async(order.url)
    done, held = 0, 0
    began, cpu_began = time.perf_counter(), time.process_time()
    async for succeeded in contender.map(order.inputs, order.in_flight):
        if not succeeded:
            raise WrongAnswerError
        done += 1
        if done == order.inputs // 10:
            held = memory.peak()
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    await contender.close()
    return Done(units=done, seconds=seconds, cpu_seconds=cpu_seconds, extra_bytes=memory.peak() - held)


def _contender(module: Any, order: Order) -> Contender:
    contender: Contender = module.Sync(order.url)
    return contender


def _held() -> int:
    gc.collect()
    return memory.held()


_KEPT: Final[Mapping[str, Callable[[Any, Order], Done]]] = {"clients": clients, "streams": streams}


def perform(module: Any, order: Order) -> Done:
    """Do what an order says."""
    if order.work == "map":
        return asyncio.run(mapping(module, order))
    if order.in_flight:
        return asyncio.run((awaits if order.in_flight == 1 else flights)(module, order))
    return _KEPT.get(order.work, calls)(module, order)


def main() -> None:
    """Take orders until there are no more."""
    # Packages may print.
    answers, sys.stdout = sys.stdout, sys.stderr
    module = importlib.import_module(f"benchmarks.client.contenders.{sys.argv[1]}")
    for line in sys.stdin:
        try:
            answer: dict[str, object] = asdict(perform(module, Order(**json.loads(line))))
        except BaseException as error:  # noqa: BLE001  # whatever a package raises is what came of it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
