"""One measurement of a data engine: `python -m benchmarks.engine_worker SUBJECT URL`.

It runs in the environment of the engines. The server records when each request arrives. The rate is that
between the first and the last tenth of the requests, without the start of the engine.
"""

import asyncio
import json
import os
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

from benchmarks.payloads import HEADERS, KEY, LATENCY_MODEL, TIMES_PATH, V2
from bytezkit import Bytez
from bytezkit.bulk import RunBatch

ROWS: Final = 1600
IN_FLIGHT: Final = 32
_WORKERS: Final = 2
_BATCH: Final = 400
_TEXTS: Final = [f"text {number}" for number in range(ROWS)]
_TASK: Final[Mapping[str, Any]] = {"task": "text-generation", "input": "text"}


def _run_batch(workers: int = 1) -> Any:
    return RunBatch(LATENCY_MODEL, concurrency=IN_FLIGHT // workers, **_TASK)


def _map(_url: str) -> None:
    with Bytez() as client:
        model = client.model(LATENCY_MODEL, task="text-generation")
        for outcome in model.map(_TEXTS, concurrency=IN_FLIGHT, ordered=False):
            if outcome.error is not None:
                raise outcome.error


def _aiohttp(url: str) -> None:
    import aiohttp  # noqa: PLC0415 - each subject imports its packages

    async def run() -> None:
        texts = iter(_TEXTS)
        async with aiohttp.ClientSession(headers=HEADERS) as session:

            async def work() -> None:
                for text in texts:
                    async with session.post(f"{url}{V2}/{LATENCY_MODEL}", json={"text": text}) as response:
                        response.raise_for_status()
                        await response.json()

            await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))

    asyncio.run(run())


def _pandas(_url: str) -> None:
    import pandas as pd  # noqa: PLC0415

    pd.DataFrame({"text": _TEXTS}).pipe(_run_batch())


def _polars(_url: str) -> None:
    import polars as pl  # noqa: PLC0415

    pl.DataFrame({"text": _TEXTS}).pipe(_run_batch())


def _datasets(_url: str) -> None:
    from datasets import Dataset, disable_caching  # noqa: PLC0415

    disable_caching()
    dataset = Dataset.from_dict({"text": _TEXTS}).with_format("arrow")
    dataset.map(_run_batch(_WORKERS), batched=True, batch_size=_BATCH, num_proc=_WORKERS)


def _ray(_url: str) -> None:
    import ray  # noqa: PLC0415

    rows = _ray_rows()
    rows.map_batches(
        RunBatch,
        fn_constructor_args=(LATENCY_MODEL,),
        fn_constructor_kwargs={**_TASK, "concurrency": IN_FLIGHT // _WORKERS},
        batch_format="pyarrow",
        batch_size=_BATCH,
        compute=ray.data.ActorPoolStrategy(size=_WORKERS),
        num_cpus=0.5,
    ).materialize()


def _ray_http(url: str) -> None:
    from ray.data.llm import HttpRequestProcessorConfig, build_processor  # noqa: PLC0415

    # Before the processor, which would start Ray with other settings.
    rows = _ray_rows()
    address, size = f"{url}{V2}/{LATENCY_MODEL}", IN_FLIGHT // _WORKERS
    config = HttpRequestProcessorConfig(url=address, headers=HEADERS, concurrency=_WORKERS, batch_size=size)
    processor = build_processor(config, preprocess=lambda row: {"payload": {"text": row["text"]}})
    processor(rows).materialize()


def _ray_rows() -> Any:
    import pyarrow as pa  # noqa: PLC0415
    import ray  # noqa: PLC0415

    ray.init(address="local", num_cpus=_WORKERS, log_to_driver=False, include_dashboard=False)
    return ray.data.from_arrow(pa.table({"text": _TEXTS})).repartition(ROWS // _BATCH)


def _dask(_url: str) -> None:
    import dask.dataframe as dd  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415
    from distributed import Client, LocalCluster  # noqa: PLC0415

    run = _run_batch(_WORKERS)
    cluster = LocalCluster(n_workers=_WORKERS, threads_per_worker=1, dashboard_address=None)
    with cluster, Client(cluster):
        frame = dd.from_pandas(pd.DataFrame({"text": _TEXTS}), npartitions=ROWS // _BATCH)
        frame.map_partitions(run, meta=run.meta(frame)).compute()


def _spark(_url: str) -> None:
    import pandas as pd  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    run = _run_batch(_WORKERS)
    builder = SparkSession.builder.master(f"local[{_WORKERS}]")
    spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    frame = spark.createDataFrame(pd.DataFrame({"text": _TEXTS})).repartition(_WORKERS)
    frame.mapInArrow(run, f"text string, {run.ddl}").collect()


SUBJECTS: Final[Mapping[str, Callable[[str], None]]] = {
    "map": _map,
    "aiohttp": _aiohttp,
    "pandas": _pandas,
    "Polars": _polars,
    "datasets": _datasets,
    "Ray Data": _ray,
    "HTTP stage of Ray Data": _ray_http,
    "Dask": _dask,
    "Spark": _spark,
}


def _arrivals(url: str) -> list[float]:
    """Return the times in seconds at which requests arrived since the last call."""
    with urllib.request.urlopen(url + TIMES_PATH) as response:  # noqa: S310 - the URL of the stub server
        times: list[float] = json.load(response)
    return times


def main() -> None:
    """Measure, and print the sample."""
    subject, url = sys.argv[1:]
    os.environ.update(
        BYTEZ_KEY=KEY, BYTEZ_BASE_URL=url, PYSPARK_PYTHON=sys.executable, RAY_USAGE_STATS_ENABLED="0"
    )
    _arrivals(url)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HF_HOME"] = folder
        SUBJECTS[subject](url)
    times = _arrivals(url)
    if len(times) != ROWS:
        raise ValueError(f"{len(times)} requests")
    first, last = times[ROWS // 10], times[-ROWS // 10]
    print(json.dumps({"rows per second": 0.8 * ROWS / (last - first)}))


if __name__ == "__main__":
    main()
