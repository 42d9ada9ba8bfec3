from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.catalog_model_v1 import CatalogModelV1
from ...models.error_response_v1 import ErrorResponseV1
from ...types import UNSET, Response, Unset


def build_request(
    *,
    task: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["task"] = task

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/model/list",
        "params": params,
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> ErrorResponseV1 | list[CatalogModelV1]:
    if response.status_code == 200:
        response_200: list[CatalogModelV1] = []
        _response_200 = response.json()
        for componentsschemas_list_models_response_v1_item_data in _response_200:
            componentsschemas_list_models_response_v1_item = CatalogModelV1.from_dict(
                componentsschemas_list_models_response_v1_item_data
            )

            response_200.append(componentsschemas_list_models_response_v1_item)

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponseV1.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponseV1.from_dict(response.json())

        return response_401

    if response.status_code == 429:
        response_429 = ErrorResponseV1.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorResponseV1.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = ErrorResponseV1.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = ErrorResponseV1.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = ErrorResponseV1.from_dict(response.json())

        return response_504

    raise errors.UnexpectedStatus(response.status_code, response.content)


def _build_response(response: httpx.Response) -> Response[ErrorResponseV1 | list[CatalogModelV1]]:
    try:
        parsed = _parse_response(response)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise errors.InvalidBody(response.status_code, response.content) from error
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsed,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    task: str | Unset = UNSET,
) -> Response[ErrorResponseV1 | list[CatalogModelV1]]:
    """List models

     List the models that the older API runs. A body is ignored.

    Args:
        task (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponseV1 | list[CatalogModelV1]]
    """

    kwargs = build_request(
        task=task,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(response)


def sync(
    *,
    client: AuthenticatedClient,
    task: str | Unset = UNSET,
) -> ErrorResponseV1 | list[CatalogModelV1]:
    """List models

     List the models that the older API runs. A body is ignored.

    Args:
        task (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponseV1 | list[CatalogModelV1]
    """

    return sync_detailed(
        client=client,
        task=task,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    task: str | Unset = UNSET,
) -> Response[ErrorResponseV1 | list[CatalogModelV1]]:
    """List models

     List the models that the older API runs. A body is ignored.

    Args:
        task (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponseV1 | list[CatalogModelV1]]
    """

    kwargs = build_request(
        task=task,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    task: str | Unset = UNSET,
) -> ErrorResponseV1 | list[CatalogModelV1]:
    """List models

     List the models that the older API runs. A body is ignored.

    Args:
        task (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponseV1 | list[CatalogModelV1]
    """

    return (
        await asyncio_detailed(
            client=client,
            task=task,
        )
    ).parsed
