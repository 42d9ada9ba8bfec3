"""Lists and deletes the clusters and instances of a key."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from requests import Response

from bytezkit_contract._server import Server
from bytezkit_contract._violation import contract_route


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


def created_resource(response: Response) -> CreatedResource | None:
    """Return the resource that a request has created unless it existed before, or None."""
    request = response.request
    route = contract_route(str(request.url))
    if response.ok and route == "/models/v2/{org}/{name}" and request.method in ("PUT", "POST"):
        organization, name = request.path_url.partition("?")[0].split("/")[-2:]
        return CreatedResource("cluster", f"{organization}/{name}")
    if response.ok and route in ("/model/load", "/model/run"):
        with suppress(ValueError, AttributeError):
            body = json.loads(request.body or "")
            return CreatedResource("instance", str(body.get("model", body.get("modelId"))))
    return None


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
