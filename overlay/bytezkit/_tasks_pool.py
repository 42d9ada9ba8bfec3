"""A pool of connections for many tasks.

The HTTP library's own asks the system about each idle connection whenever a call begins or ends, and counts
all of them for each: among a hundred calls that takes longer than all else.
"""

import httpcore


class TasksPool(httpcore.AsyncConnectionPool):
    """Connections, the one that was used last at the end."""

    def _assign_requests_to_connections(self) -> list[httpcore.AsyncConnectionInterface]:
        """Give the calls that wait a connection, and return those that are to be closed."""
        closing = self._remove_expired()
        for request in self._requests:
            if request.is_queued():
                connection = self._take(request.request.url.origin, closing)
                if connection is not None:
                    request.assign_to_connection(connection)
        return closing

    def _remove_expired(self) -> list[httpcore.AsyncConnectionInterface]:
        removed: list[httpcore.AsyncConnectionInterface] = []
        while self._connections and (self._connections[0].is_closed() or self._connections[0].has_expired()):
            removed.append(self._connections.pop(0))
        return removed

    def _take(
        self, origin: httpcore.Origin, closing: list[httpcore.AsyncConnectionInterface]
    ) -> httpcore.AsyncConnectionInterface | None:
        for connection in reversed(self._connections):
            if connection.is_available() and connection.can_handle_request(origin):
                self._connections.remove(connection)
                if not connection.has_expired():
                    self._connections.append(connection)
                    return connection
                closing.append(connection)
        if len(self._connections) >= self._max_connections:
            idle = next((it for it in self._connections if it.is_idle() or it.is_closed()), None)
            if idle is None:
                return None
            self._connections.remove(idle)
            closing.append(idle)
        connection = self.create_connection(origin)
        self._connections.append(connection)
        return connection
