"""A service of raw sockets on the loopback, for what only sockets can show."""

import re
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

PATIENCE: Final = 5.0  # Nothing lasts so long unless the client is broken.


def _is_whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


@dataclass
class Connection:
    """One connection, as the service sees it."""

    socket: socket.socket
    left: threading.Event
    over: threading.Event

    def read_request(self) -> bytes:
        """Read a whole request; bytes left unread would reset the connection when it is closed."""
        received = b""
        while not _is_whole(received):
            chunk = self.socket.recv(65536)
            if not chunk:
                break
            received += chunk
        return received

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def start_text(self, *chunks: bytes) -> None:
        """Begin a stream of text."""
        self.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n")
        for chunk in chunks:
            self.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    def answer(self, body: bytes) -> None:
        """Answer with JSON."""
        self.send(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        )
        self.send(body)

    def drip(self, content: bytes) -> None:
        """Send one byte every five milliseconds, for as long as the client stays."""
        for byte in content:
            if self.over.wait(0.005):
                return
            self.send(bytes([byte]))

    def wait_until_left(self) -> None:
        """Keep silent until the client closes the connection."""
        while self.socket.recv(65536):
            pass
        self.left.set()


def keep_streams_open(connection: Connection) -> None:
    """Answer with an empty list, and let streams begin but not end."""
    while request := connection.read_request():
        if request.startswith(b"POST"):
            connection.start_text(b"Once ")
            connection.wait_until_left()
            break
        connection.answer(b'{"output": []}')


Handler: TypeAlias = Callable[[Connection], None]


@dataclass
class Service:
    """Where the service is, and what it noticed."""

    url: str
    left: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def noticed_leaving(self) -> bool:
        """Say whether a client closed its connection while the service kept silent."""
        return self.left.wait(PATIENCE)


@contextmanager
def serving(handle: Handler) -> Generator[Service, None, None]:
    """Serve each connection in its own thread."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        # Little is taken in advance from a client whose request is not read.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        service = Service(f"http://127.0.0.1:{listener.getsockname()[1]}")
        threads: list[threading.Thread] = []

        def attend(accepted: socket.socket) -> None:
            with accepted:
                accepted.settimeout(PATIENCE)
                try:
                    handle(Connection(accepted, service.left, service.over))
                except ConnectionError:
                    service.left.set()

        def accept() -> None:
            while not service.over.is_set():
                accepted, _ = listener.accept()
                thread = threading.Thread(target=attend, args=[accepted])
                thread.start()
                threads.append(thread)

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield service
        finally:
            service.over.set()
            socket.create_connection(listener.getsockname()).close()
            accepting.join(PATIENCE)
            for thread in threads:
                thread.join(PATIENCE)
