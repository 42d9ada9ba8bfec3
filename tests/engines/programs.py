"""One engine with kills of its workers: `python -m tests.engines.programs ENGINE ROWS FOLDER`.

It runs in the environment of the engines, and prints the number of killed workers and the ids of the rows of
the result. The files of answers in FOLDER have the process ids of the workers in their names.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from bytezkit.bulk import RunBatch

MODEL: Final = "openai-community/gpt2"
CONCURRENCY: Final = 4
_BATCH: Final = 50
_OPTIONS: Final[dict[str, Any]] = {
    "task": "text-generation",
    "input": "text",
    "row_id": "id",
    "concurrency": CONCURRENCY,
}


class Killer:
    """Performs actions as soon as a number of answers is in the folder, each once.

    Attributes:
        kills: Number of actions performed.
    """

    def __init__(self, folder: Path, actions: Iterable[tuple[int, Callable[[], object]]]) -> None:
        self.kills = 0
        self._folder = folder
        self._actions = [*actions]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        for count, action in self._actions:
            while self._answers() < count:
                time.sleep(0.02)
            action()
            self.kills += 1

    def _answers(self) -> int:
        return sum(file.read_bytes().count(b"\n") for file in self._folder.glob("*.jsonl"))


def kill_worker(folder: Path) -> None:
    """Kill the worker that answered last."""
    files = sorted(folder.glob("*.jsonl"), key=lambda file: file.stat().st_mtime)
    os.kill(int(files[-1].name.partition("-")[0]), signal.SIGKILL)  # noqa: TID251 - the engines run on Linux


def _rows(count: int) -> dict[str, list[Any]]:
    return {"id": [*range(count)], "text": [f"text {number}" for number in range(count)]}


def _run_ray(count: int, folder: Path) -> tuple[int, list[int]]:
    import pyarrow as pa  # noqa: PLC0415 - each engine imports its packages
    import ray  # noqa: PLC0415
    from ray.cluster_utils import Cluster  # noqa: PLC0415

    memory = {"object_store_memory": 200 * 2**20}
    # Connected before the second node, so that this process does not end with that node.
    cluster = Cluster(initialize_head=True, connect=True, head_node_args={"num_cpus": 2, **memory})
    node = cluster.add_node(num_cpus=2, **memory)
    killer = Killer(
        folder,
        [
            (count // 4, lambda: kill_worker(folder)),
            (count // 2, lambda: cluster.remove_node(node, allow_graceful=False)),
        ],
    )
    dataset = ray.data.from_arrow(pa.table(_rows(count))).repartition(count // _BATCH)
    result = dataset.map_batches(
        RunBatch,
        fn_constructor_args=(MODEL,),
        fn_constructor_kwargs={**_OPTIONS, "answers": str(folder)},
        batch_format="pyarrow",
        batch_size=_BATCH,
        compute=ray.data.ActorPoolStrategy(size=2),
        num_cpus=0.5,
        scheduling_strategy="SPREAD",
    )
    ids = [row["id"] for row in result.take_all() if row["output"]]
    # Otherwise this process may end with the status of the cluster.
    ray.shutdown()
    cluster.shutdown()
    return killer.kills, ids


def _run_dask(count: int, folder: Path) -> tuple[int, list[int]]:
    import dask.dataframe as dd  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415
    from distributed import Client, LocalCluster  # noqa: PLC0415

    killer = Killer(folder, [(count // 3, lambda: kill_worker(folder))])
    run: Any = RunBatch(MODEL, answers=folder, **_OPTIONS)
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, Client(cluster):
        frame = dd.from_pandas(pd.DataFrame(_rows(count)), npartitions=count // _BATCH)
        result = frame.map_partitions(run, meta=run.meta(frame)).compute()
    return killer.kills, result["id"][result["output"].notna()].tolist()


def _run_spark(count: int, folder: Path) -> tuple[int, list[int]]:
    import pandas as pd  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    killer = Killer(folder, [(count // 3, lambda: kill_worker(folder))])
    run: Any = RunBatch(MODEL, answers=folder, **_OPTIONS)
    # Four attempts of each task, as in a cluster.
    spark = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false").getOrCreate()
    frame = spark.createDataFrame(pd.DataFrame(_rows(count))).repartition(count // _BATCH)
    result = frame.mapInArrow(run, f"id long, text string, {run.ddl}").collect()
    return killer.kills, [row["id"] for row in result if row["output"]]


def _run_datasets(count: int, folder: Path) -> tuple[int, list[int]]:
    from datasets import Dataset, disable_caching  # noqa: PLC0415

    disable_caching()
    killer = Killer(folder, [(count // 3, lambda: kill_worker(folder))])
    run: Any = RunBatch(MODEL, answers=folder, **_OPTIONS)
    dataset = Dataset.from_dict(_rows(count)).with_format("arrow")
    while True:
        try:
            result = dataset.map(run, batched=True, batch_size=_BATCH, num_proc=2)
            break
        except RuntimeError as error:
            # The program has to run again.
            if "subprocess" not in str(error) or killer.kills != 1:
                raise
    # The second process ends with the first one.
    return 2 * killer.kills, [row["id"] for row in result.with_format(None) if row["output"]]


ENGINES: Final = {"Ray Data": _run_ray, "Dask": _run_dask, "Spark": _run_spark, "datasets": _run_datasets}


def main() -> None:
    """Run an engine."""
    engine, count, folder = sys.argv[1:]
    kills, ids = ENGINES[engine](int(count), Path(folder))
    print(json.dumps({"kills": kills, "ids": ids}))


if __name__ == "__main__":
    main()
