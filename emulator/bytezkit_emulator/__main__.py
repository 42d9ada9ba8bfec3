"""Command `python -m bytezkit_emulator`: serve the emulator until `SIGINT` or `SIGTERM`."""

import argparse
import gc
import io
import os
import secrets
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO, get_args

import bytezkit_emulator
from bytezkit_emulator._common.dialect import DIALECT_CHOICES, Dialect
from bytezkit_emulator._common.settings import Settings

if TYPE_CHECKING:
    from bytezkit_emulator import Emulator, EngineName, OpenAIEngine, TransformersEngine
    from bytezkit_emulator._server.server import Server

DESCRIPTION: Final = """\
Serve the API on this machine, without an account.

This is an unofficial emulator of the Bytez model API. Its outputs are synthetic unless --engine says
otherwise."""

_MAX_PORT: Final = 65535
_STDERR: Final = 2
_DIALECT_HELP: Final = {
    "already_loaded": "Response of /model/load for a loaded model: 409, or 200 as for a new load.",
    "starting_status": "Status of a v1 instance while it starts.",
    "cluster_status": "Status values of a cluster: booting instance, running; or loading, on.",
    "media_url": "Location of generated files; the vendor's host does not have them.",
    "chat_content": "Content of an assistant's message: a string, a list of one part, or as in the request.",
    "openai_errors": "Errors of the OpenAI-compatible operations: a text, or OpenAI's object.",
}
_LIMIT_HELP: Final = {
    "body_limit": "Maximum bytes of a body; larger bodies are rejected with 413.",
    "header_limit": "Maximum bytes of all headers; larger headers are rejected with 431.",
    "request_limit": "Maximum concurrent requests; more are rejected with 503.",
    "journal_limit": "Number of requests that the journal keeps.",
}
# Secrets may come from these variables, since other users of the machine can see the arguments of a process.
_KEYS_VARIABLE: Final = "BYTEZKIT_EMULATOR_KEYS"
_ADMIN_VARIABLE: Final = "BYTEZKIT_EMULATOR_TOKEN"
_UPSTREAM_VARIABLE: Final = "BYTEZKIT_EMULATOR_UPSTREAM_KEY"


def main(argv: Sequence[str] | None = None, prog: str = "python -m bytezkit_emulator") -> None:
    """Serve the emulator until `SIGINT` or `SIGTERM`; print its URL when it is ready.

    Args:
        argv: Command-line arguments. Default: the arguments of the process.
        prog: Name of the command in its help.

    Raises:
        SystemExit: An argument is invalid, the port is in use, or the extra is not installed.
    """
    parser = argparse.ArgumentParser(prog=prog, description=DESCRIPTION)
    add_options(parser.add_argument)
    try:
        run(parser.parse_args(argv))
    except (OSError, ValueError) as error:
        raise SystemExit(f"bytezkit_emulator: {error}") from None


def run(arguments: argparse.Namespace) -> None:
    """Serve the emulator until `SIGINT` or `SIGTERM`.

    Args:
        arguments: The values of the options.

    Raises:
        ValueError: An argument is invalid.
        OSError: The port is in use, or a file cannot be read or written.
        SystemExit: The extra is not installed.
    """
    if arguments.port_file is not None:
        delete_port_file(arguments.port_file)
    with _open_log(arguments.log) as log:
        with _without_garbage_collection():
            server = _create_server(arguments, log)
        server.run()


@contextmanager
def _without_garbage_collection() -> Generator[None, None, None]:
    """Exclude all objects that the block creates from garbage collection, then and later.

    The contract and its compiled schemas live as long as the process, and scanning them costs start-up time.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def delete_port_file(file: Path, port: int | None = None) -> None:
    """Delete a port file, or a link in its place, if there is one.

    Args:
        file: The file.
        port: The port that the file must hold, since a later emulator may have replaced it. Default: any
            content, such as the port of an emulator that was killed.

    Raises:
        ValueError: The path names neither a regular file nor a link.
        OSError: The file cannot be deleted.
    """
    if not file.is_symlink():
        if not file.exists():
            return
        if not file.is_file():
            raise ValueError(f"{file} is not a regular file")
    if port is None or file.read_bytes() == _encode_port(port):
        file.unlink(missing_ok=True)


def write_port(file: Path, port: int) -> None:
    """Write the port to a file atomically: a program that waits for the file must not read a part of it.

    Raises:
        OSError: The file cannot be written.
    """
    # Nobody can place a link at a name that nobody can predict; mode `x` follows none.
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    with draft.open("xb") as opened:
        opened.write(_encode_port(port))
    draft.replace(file)


def _encode_port(port: int) -> bytes:
    return b"%d\n" % port


def _open_log(name: str) -> AbstractContextManager[TextIO | None]:
    # With stderr closed, another file may have its descriptor.
    if name != "json" or sys.stderr is None:
        return nullcontext()
    from bytezkit_emulator._journal.queued_output import QueuedOutput  # noqa: PLC0415  # imports the journal

    return io.TextIOWrapper(QueuedOutput(_STDERR), encoding="utf-8", write_through=True)


def _create_server(arguments: argparse.Namespace, log: TextIO | None) -> "Server":
    try:
        # Both need the extra, which may be missing.
        emulator_class = bytezkit_emulator.Emulator
        from bytezkit_emulator._server.server import LOOPBACK, Server  # noqa: PLC0415  # needs the extra
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise SystemExit(f"{package} is missing: run pip install 'bytezkit[emulator]'") from None
    keys = _read_keys(arguments)
    token = (
        os.environ.get(_ADMIN_VARIABLE) or None if arguments.admin_token is None else arguments.admin_token
    )
    emulator = emulator_class(
        keys=keys,
        clock=arguments.clock,
        scale=arguments.scale,
        engine=_read_engine(arguments),
        seed=arguments.seed,
        stubs=arguments.stubs or (),
        faults=arguments.faults or (),
        catalog=arguments.catalog,
        profile=arguments.profile,
        credits=arguments.credits,
        settings=Settings(
            stream_limit=arguments.stream_limit,
            plan_concurrency=arguments.plan_concurrency,
            **{name: getattr(arguments, name) for name in _LIMIT_HELP},
        ),
        dialect=Dialect(**{name: getattr(arguments, name) for name in _DIALECT_HELP}),
        admin_token=token,
        cors_origins=arguments.cors_origins.split(",") if arguments.cors_origins else (),
        log=log,
    )
    server = Server(
        emulator.app,
        hosts=LOOPBACK if arguments.host is None else [arguments.host],
        port=arguments.port,
        on_start=lambda: _announce(server, arguments.port_file, accepts_any_key=keys is None),
        on_stop=lambda: _shut_down(emulator, server.port, arguments.port_file),
    )
    return server


def _read_engine(arguments: argparse.Namespace) -> "EngineName | OpenAIEngine | TransformersEngine":
    name: EngineName | Literal["openai", "transformers"] = arguments.engine
    if name != "openai" and (arguments.upstream is not None or arguments.upstream_model):
        raise ValueError("--upstream and --upstream-model require --engine openai")
    models: Path | None = arguments.models
    if name != "transformers" and models is not None:
        raise ValueError("--models requires --engine transformers")
    if name == "openai":
        return _read_openai_engine(arguments)
    if name == "transformers":
        if models is None:
            raise ValueError("--engine transformers requires --models, a directory of models")
        return bytezkit_emulator.TransformersEngine(models)
    return name


def _read_openai_engine(arguments: argparse.Namespace) -> "OpenAIEngine":
    if arguments.upstream is None:
        raise ValueError("--engine openai requires --upstream, such as http://127.0.0.1:11434/v1")
    models: dict[str, str] = {}
    for option in arguments.upstream_model:
        model_id, _, upstream_name = option.rpartition("=")
        if not upstream_name or (model_id or "*") in models:
            raise ValueError(f"--upstream-model {option}: expected one NAME, and one MODEL=NAME for a model")
        models[model_id or "*"] = upstream_name
    key = os.environ.get(_UPSTREAM_VARIABLE) or None
    return bytezkit_emulator.OpenAIEngine(arguments.upstream, models=models, key=key)


def _read_keys(arguments: argparse.Namespace) -> Sequence[str] | None:
    file: Path | None = arguments.key_file
    if file is None:
        keys: str | None = arguments.keys
        if keys is None:
            keys = os.environ.get(_KEYS_VARIABLE) or None
        return None if keys is None else keys.split(",")
    if arguments.keys is None:
        try:
            return file.read_text(encoding="utf-8").split()
        except (OSError, ValueError) as error:
            # Without the file's name, which is the key itself if a user passed the key by mistake.
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        # Outside `except`, since the chained exception would hold the name or the content of the file.
        raise ValueError(f"the file of --key-file cannot be read: {reason}")
    raise ValueError("--keys and --key-file exclude each other")


def _announce(server: "Server", port_file: Path | None, *, accepts_any_key: bool) -> None:
    if port_file is not None:
        write_port(port_file, server.port)
    key = "any-key" if accepts_any_key else "...  # an accepted key"
    # Programs that start the emulator wait for the first line. One write, since they may close the pipe then.
    sys.stdout.write(
        f"{server.url}\n"
        f"API: {server.url}/docs/  State and requests: {server.url}/_emulator/\n"
        f"export BYTEZ_BASE_URL={server.url}\nexport BYTEZ_KEY={key}\n"
    )
    sys.stdout.flush()


def _shut_down(emulator: "Emulator", port: int, port_file: Path | None) -> None:
    if port_file is not None:
        with suppress(OSError, ValueError):
            delete_port_file(port_file, port)
    emulator.close()


def add_options(add: Callable[..., object]) -> None:
    """Declare the options of the command.

    Args:
        add: Takes the arguments of `argparse.ArgumentParser.add_argument`. The command line of the client
            makes click options of them.
    """

    def option(name: str, **settings: Any) -> None:
        if settings.get("default", []) != []:
            settings["help"] += "  [default: %(default)s]"
        add(name, **settings)

    option("--port", type=_parse_port, default=8080, metavar="PORT", help="Port; 0 picks a free port.")
    option(
        "--port-file",
        type=Path,
        metavar="FILE",
        help="File that holds the port while the server is reachable.",
    )
    option("--host", help="Address to listen on.  [default: both loopback addresses]")
    option(
        "--clock",
        choices=["auto", "manual", "real", "scaled"],
        default="scaled",
        help="How virtual time passes; manual: only by the control API.",
    )
    option("--scale", type=float, default=15.0, help="Virtual seconds per real second with --clock scaled.")
    option(
        "--keys",
        help=f"Comma-separated keys to accept.  [default: {_KEYS_VARIABLE}, or every key]",
    )
    option("--key-file", type=Path, metavar="FILE", help="File with the keys to accept, one per line.")
    option(
        "--admin-token",
        help=f"Token that the control API requires.  [default: {_ADMIN_VARIABLE}, or no token]",
    )
    option(
        "--cors-origins",
        metavar="ORIGINS",
        help="Comma-separated origins whose web pages may call the API besides loopback origins; * for all.",
    )
    option("--log", choices=["json", "none"], default="none", help="Format of the request log on stderr.")
    option(
        "--engine",
        choices=["canned", "openai", "synthetic", "transformers"],
        default="synthetic",
        help="Source of the outputs; openai: the server of --upstream, as far as it serves the task; "
        "transformers: the models of --models.",
    )
    option(
        "--upstream",
        metavar="URL",
        help="Base URL of an OpenAI-compatible API, such as Ollama, llama.cpp or vLLM. Its key comes from "
        f"{_UPSTREAM_VARIABLE}.",
    )
    option(
        "--upstream-model",
        action="append",
        default=[],
        metavar="[MODEL=]NAME",
        help="Name of a model at the upstream, or without MODEL= of all models; may be repeated. If absent, "
        "models have their ids there.",
    )
    option(
        "--models",
        type=Path,
        metavar="DIR",
        help="Directory of models that the engine transformers runs: its subdirectories OWNER/NAME.",
    )
    option("--seed", type=int, default=0, help="Seed of the synthetic engine.")
    option("--stubs", type=Path, metavar="FILE", help="YAML file with stubbed responses.")
    option("--faults", type=Path, metavar="FILE", help="YAML file with faults to inject.")
    option("--catalog", type=Path, metavar="FILE", help="JSON file with the models.")
    option(
        "--profile",
        choices=["full", "serverless"],
        default="full",
        help="Operations to serve; serverless: without clusters and the v1 API.",
    )
    option("--credits", type=float, help="US dollars that each key may spend.")
    option(
        "--plan-concurrency",
        type=int,
        metavar="N",
        help="Concurrent runs of open models that the plan of each key allows; 1 is the free plan.",
    )
    for name, help_text in _LIMIT_HELP.items():
        option(
            f"--{name.replace('_', '-')}",
            type=_parse_count,
            metavar="N",
            default=getattr(Settings(), name),
            help=help_text,
        )
    option(
        "--stream-limit",
        type=_parse_seconds,
        metavar="SECONDS",
        default=Settings().stream_limit,
        help="Maximum real time of one response; then the connection is cut.",
    )
    for name, help_text in _DIALECT_HELP.items():
        option(
            f"--{name.replace('_', '-')}",
            choices=get_args(DIALECT_CHOICES[name]),
            default=getattr(Dialect(), name),
            help=help_text,
        )


def _parse_port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _MAX_PORT:
        raise argparse.ArgumentTypeError(f"port must be a number from 0 to {_MAX_PORT}")
    return port


def _parse_count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("limit must be 0 or greater")
    return number


def _parse_seconds(text: str) -> timedelta:
    try:
        return timedelta(seconds=_parse_count(text))
    except OverflowError:
        raise argparse.ArgumentTypeError("limit is too large") from None


if __name__ == "__main__":
    main()
