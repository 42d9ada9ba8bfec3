"""Lists and deletes the clusters and instances of a key."""

from collections.abc import Iterator
from typing import NamedTuple

from bytezkit_contract._server import Server


class CreatedResource(NamedTuple):
    """A cluster or a v1 instance.

    Attributes:
        kind: `cluster` or `instance`.
        model: Id of the model that it runs.
    """

    kind: str
    model: str

    def __str__(self) -> str:
        return f"{self.kind} of {self.model}"


def list_resources(server: Server) -> list[CreatedResource]:
    """Return the clusters and instances of the key.

    Raises:
        ViolationError: The server does not return a valid list.
    """
    return list(_resources(server))


def delete_resources(server: Server) -> list[CreatedResource]:
    """Delete all clusters and instances of the key and return them.

    Whether the server deleted them is not checked; `list_resources` shows it.

    Raises:
        ViolationError: The server does not return a valid list, or does not respond.
    """
    resources = list_resources(server)
    for kind, model in resources:
        if kind == "cluster":
            server.send("DELETE", f"/models/v2/{model}")
        else:
            server.send("POST", "/model/delete", json={"model": model})
    return resources


def _resources(server: Server) -> Iterator[CreatedResource]:
    if "clusters" not in server.target.without:
        clusters = server.list_clusters()
        for model in clusters.strings_of(clusters.output, "modelId"):
            yield CreatedResource("cluster", model)
    if "v1" not in server.target.without:
        instances = server.list_instances()
        for model in instances.strings_of(instances.json, "model", "modelId"):
            yield CreatedResource("instance", model)
