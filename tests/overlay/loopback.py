"""TCP server on the loopback for tests that need real sockets."""

import re
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

PATIENCE: Final = 5.0  # Seconds; longer than any wait of a correct client.


def _is_complete(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


@dataclass
class Connection:
    socket: socket.socket
    left: threading.Event
    over: threading.Event

    def read_request(self) -> bytes:
        """Read a whole request, because closing a socket with unread bytes resets the connection."""
        received = b""
        while not _is_complete(received):
            chunk = self.socket.recv(65536)
            if not chunk:
                break
            received += chunk
        return received

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def start_text(self, *chunks: bytes) -> None:
        self.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n")
        for chunk in chunks:
            self.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    def answer(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        self.send(head % len(body))
        self.send(body)

    def drip(self, content: bytes) -> None:
        """Send one byte every five milliseconds until the service stops."""
        for byte in content:
            if self.over.wait(0.005):
                return
            self.send(bytes([byte]))

    def wait_until_left(self) -> None:
        """Wait until the client closes the connection."""
        while self.socket.recv(65536):
            pass
        self.left.set()


def keep_streams_open(connection: Connection) -> None:
    """Answer GET with an empty list, and POST with a stream that does not end."""
    while request := connection.read_request():
        if request.startswith(b"POST"):
            connection.start_text(b"Once ")
            connection.wait_until_left()
            break
        connection.answer(b'{"output": []}')


Handler: TypeAlias = Callable[[Connection], object]


@dataclass
class Service:
    """A running service. The events report that a client left, and that the service stops."""

    url: str
    left: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def noticed_leaving(self) -> bool:
        """Wait for a client to close its connection, and return whether it did."""
        return self.left.wait(PATIENCE)


@contextmanager
def serving(handle: Handler) -> Generator[Service, None, None]:
    """Handle each connection in its own thread."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        # A small buffer makes a client wait soon if its request is not read.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        service = Service(f"http://127.0.0.1:{listener.getsockname()[1]}")
        threads: list[threading.Thread] = []

        def serve(accepted: socket.socket) -> None:
            with accepted:
                accepted.settimeout(PATIENCE)
                try:
                    handle(Connection(accepted, service.left, service.over))
                except ConnectionError:
                    service.left.set()

        def accept() -> None:
            while not service.over.is_set():
                accepted, _ = listener.accept()
                thread = threading.Thread(target=serve, args=[accepted])
                thread.start()
                threads.append(thread)

        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield service
        finally:
            service.over.set()
            socket.create_connection(listener.getsockname()).close()
            for thread in [acceptor, *threads]:
                thread.join(PATIENCE)
