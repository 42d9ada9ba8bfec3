"""Interleaved rounds: in each, every contender does everything once, in an order that is drawn."""

import random
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from benchmarks.client import environments
from benchmarks.client.orders import Done, Order
from benchmarks.client.processes import FailedError, Worker, stub
from benchmarks.client.results import Results
from benchmarks.client.stages import CEILING, CONTENDERS, STAGES, Measure, Stage
from benchmarks.emulator.processes import emulator, load, serving

_SEED: Final = 20251121


def measure(absent: Mapping[str, str]) -> Results:
    """Measure everything, but what is in environments that are absent."""
    results = Results(absent=dict(absent))
    for environment in environments.REQUIREMENTS.keys() - absent.keys():
        results.versions[environment] = environments.versions(environment)
    with stub() as url, serving(emulator) as server:
        urls = {"stub": url, "emulator": f"http://127.0.0.1:{server.port}"}
        for stage in STAGES:
            print(stage.title, flush=True)
            _measure(stage, urls, results)
    return results


def _measure(stage: Stage, urls: Mapping[str, str], results: Results) -> None:
    drawn = random.Random(_SEED)  # noqa: S311  # an order, no secret
    with Workers() as workers:
        for _ in range(stage.rounds):
            for measure, name in _round(stage, results.absent, drawn):
                failed = results.failed.setdefault(measure.name, {})
                if name in failed:
                    continue
                order = replace(measure.order, url=urls[measure.server])
                try:
                    done = _load(order) if name == CEILING else workers.of(name).do(order)
                except FailedError as error:
                    print(f"{measure.name}: {name}: {error}", flush=True)
                    failed[name] = str(error)
                    workers.dismiss(name)
                    continue
                results.done.setdefault(measure.name, {}).setdefault(name, []).append(done)
                if stage.fresh:
                    workers.dismiss(name)


def _round(stage: Stage, absent: Container[str], drawn: random.Random) -> Iterator[tuple[Measure, str]]:
    """Draw an order. What is compared comes close together: a machine's speed changes within seconds."""
    for measure in drawn.sample(stage.measures, len(stage.measures)):
        able = [
            name
            for name in measure.contenders
            if name == CEILING or CONTENDERS[name].environment not in absent
        ]
        for name in drawn.sample(able, len(able)):
            yield measure, name


def _load(order: Order) -> Done:
    """Put the load of an order on the emulator without a client."""
    return Done(units=order.inputs, seconds=load(urlsplit(order.url).port or 0, "run", order.inputs))


class Workers:
    """Those who are at work; whoever is asked for is put to it."""

    def __init__(self) -> None:
        self._workers: dict[str, Worker] = {}

    def of(self, name: str) -> Worker:
        """Return the worker of a contender."""
        if name not in self._workers:
            contender = CONTENDERS[name]
            self._workers[name] = Worker(contender.environment, contender.module)
        return self._workers[name]

    def dismiss(self, name: str) -> None:
        """End a worker, if there is one, so that the next one begins anew."""
        if worker := self._workers.pop(name, None):
            worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for name in [*self._workers]:
            self.dismiss(name)
