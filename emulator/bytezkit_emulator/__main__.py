"""Command `python -m bytezkit_emulator`: serve the emulator until `SIGINT` or `SIGTERM`."""

import argparse
import gc
import io
import os
import secrets
import sys
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, get_args

import bytezkit_emulator
from bytezkit_emulator._common.dialect import DIALECT_CHOICES, Dialect
from bytezkit_emulator._common.settings import Settings

if TYPE_CHECKING:
    from bytezkit_emulator import Emulator
    from bytezkit_emulator._server.server import Server

_MAX_PORT: Final = 65535
_STDERR: Final = 2
_DIALECT_HELP: Final = {
    "already_loaded": "response of /model/load for a loaded model: 409, or 200 as for a new load",
    "starting_status": "status of a v1 instance while it starts",
    "cluster_status": "status values of a cluster: booting instance, running; or loading, on",
    "media_url": "location of generated files; the vendor's host does not have them",
    "chat_content": "content of an assistant's message: a string, or a list of one part",
    "openai_errors": "errors of the OpenAI-compatible operations: a text, or OpenAI's object",
}
_LIMIT_HELP: Final = {
    "body_limit": "maximum bytes of a body; larger bodies are rejected with 413",
    "header_limit": "maximum bytes of all headers; larger headers are rejected with 431",
    "request_limit": "maximum concurrent requests; more are rejected with 503",
    "journal_limit": "number of requests that the journal keeps",
}
# Secrets may come from these variables, since other users of the machine can see the arguments of a process.
_KEYS_VARIABLE: Final = "BYTEZKIT_EMULATOR_KEYS"
_ADMIN_VARIABLE: Final = "BYTEZKIT_EMULATOR_TOKEN"


def main(argv: Sequence[str] | None = None, prog: str = "python -m bytezkit_emulator") -> None:
    """Serve the emulator until `SIGINT` or `SIGTERM`; print its URL when it is ready.

    Args:
        argv: Command-line arguments. Default: the arguments of the process.
        prog: Name of the command in its help.

    Raises:
        SystemExit: An argument is invalid, the port is in use, or the extra is not installed.
    """
    arguments = _create_parser(prog).parse_args(argv)
    try:
        if arguments.port_file is not None:
            delete_port_file(arguments.port_file)
        with _open_log(arguments.log) as log:
            with _without_garbage_collection():
                server = _create_server(arguments, log)
            server.run()
    except (OSError, ValueError) as error:
        raise SystemExit(f"bytezkit_emulator: {error}") from None


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
        raise SystemExit(f"{package} is missing: install bytezkit[emulator]") from None
    keys = os.environ.get(_KEYS_VARIABLE) or None if arguments.keys is None else arguments.keys
    token = (
        os.environ.get(_ADMIN_VARIABLE) or None if arguments.admin_token is None else arguments.admin_token
    )
    accepts_any_key = keys is None
    emulator = emulator_class(
        keys=None if keys is None else keys.split(","),
        clock=arguments.clock,
        scale=arguments.scale,
        engine=arguments.engine,
        seed=arguments.seed,
        stubs=arguments.stubs or (),
        faults=arguments.faults or (),
        catalog=arguments.catalog,
        profile=arguments.profile,
        credits=arguments.credits,
        settings=Settings(
            stream_limit=arguments.stream_limit, **{name: getattr(arguments, name) for name in _LIMIT_HELP}
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
        on_start=lambda: _announce(server, arguments.port_file, accepts_any_key=accepts_any_key),
        on_stop=lambda: _shut_down(emulator, server.port, arguments.port_file),
    )
    return server


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


def _create_parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Emulate the Bytez model API on this machine. Unofficial; all outputs are synthetic.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=_parse_port, default=8080, help="port; 0 picks a free port")
    parser.add_argument(
        "--port-file",
        type=Path,
        metavar="FILE",
        help="file that holds the port while the server is reachable",
    )
    parser.add_argument("--host", help="address to listen on; default: both loopback addresses")
    parser.add_argument(
        "--clock",
        choices=["auto", "manual", "real", "scaled"],
        default="scaled",
        help="how virtual time passes; manual: only by the control API",
    )
    parser.add_argument(
        "--scale", type=float, default=15.0, help="virtual seconds per real second with --clock scaled"
    )
    parser.add_argument(
        "--keys",
        help=f"comma-separated keys to accept; default: the value of {_KEYS_VARIABLE}, else every key",
    )
    parser.add_argument(
        "--admin-token",
        help=f"token that the control API requires; default: the value of {_ADMIN_VARIABLE}, else no token",
    )
    parser.add_argument(
        "--cors-origins",
        metavar="ORIGINS",
        help="comma-separated origins whose web pages may call the API besides loopback origins; * for all",
    )
    parser.add_argument(
        "--log", choices=["json", "none"], default="none", help="format of the request log on stderr"
    )
    parser.add_argument(
        "--engine", choices=["canned", "synthetic"], default="synthetic", help="source of the outputs"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the synthetic engine")
    parser.add_argument("--stubs", type=Path, metavar="FILE", help="YAML file with stubbed responses")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="YAML file with faults to inject")
    parser.add_argument("--catalog", type=Path, metavar="FILE", help="JSON file with the models")
    parser.add_argument(
        "--profile",
        choices=["full", "serverless"],
        default="full",
        help="operations to serve; serverless: without clusters and the v1 API",
    )
    parser.add_argument("--credits", type=float, help="US dollars that each key may spend")
    limits = parser.add_argument_group("limits", "limits that protect the machine")
    for name, help_text in _LIMIT_HELP.items():
        limits.add_argument(
            f"--{name.replace('_', '-')}",
            type=_parse_count,
            metavar="N",
            default=getattr(Settings(), name),
            help=help_text,
        )
    limits.add_argument(
        "--stream-limit",
        type=_parse_seconds,
        metavar="SECONDS",
        default=Settings().stream_limit,
        help="maximum real time of one response; then the connection is cut",
    )
    dialect = parser.add_argument_group("dialect", "choices where published clients disagree")
    for name, help_text in _DIALECT_HELP.items():
        dialect.add_argument(
            f"--{name.replace('_', '-')}",
            choices=get_args(DIALECT_CHOICES[name]),
            default=getattr(Dialect(), name),
            help=help_text,
        )
    return parser


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
