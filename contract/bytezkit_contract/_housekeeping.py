"""What a key has at the server, and taking it down."""

from collections.abc import Iterator
from typing import NamedTuple

from bytezkit_contract._server import Server


class Belonging(NamedTuple):
    """A cluster or an instance, and its model."""

    kind: str
    model: str

    def __str__(self) -> str:
        return f"{self.kind} of {self.model}"


def belongings(server: Server) -> list[Belonging]:
    """Return the clusters and instances of the key.

    Raises:
        BrokenError: A list can not be read.
    """
    return list(_found(server))


def take_down(server: Server) -> list[Belonging]:
    """Delete all clusters and instances of the key, and return what there was.

    Raises:
        BrokenError: A list can not be read, or an answer did not come.
    """
    found = belongings(server)
    for kind, model in found:
        if kind == "cluster":
            server.send("DELETE", f"/models/v2/{model}")
        else:
            server.send("POST", "/model/delete", json={"model": model})
    return found


def _found(server: Server) -> Iterator[Belonging]:
    if "clusters" not in server.target.without:
        clusters = server.list_clusters()
        for model in clusters.texts_of(clusters.output, "modelId"):
            yield Belonging("cluster", model)
    if "v1" not in server.target.without:
        instances = server.list_instances()
        for model in instances.texts_of(instances.json, "model", "modelId"):
            yield Belonging("instance", model)
