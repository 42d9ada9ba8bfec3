from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.error_response import ErrorResponse
from ...models.list_models_response import ListModelsResponse
from ...types import UNSET, Response, Unset


def build_request(
    *,
    task: str | Unset = UNSET,
    model_id: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["task"] = task

    params["modelId"] = model_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/models/v2/list/models",
        "params": params,
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> ErrorResponse | ListModelsResponse:
    if response.status_code == 200:
        response_200 = ListModelsResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 429:
        response_429 = ErrorResponse.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorResponse.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = ErrorResponse.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = ErrorResponse.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = ErrorResponse.from_dict(response.json())

        return response_504

    raise errors.UnexpectedStatus(response.status_code, response.content)


def _build_response(response: httpx.Response) -> Response[ErrorResponse | ListModelsResponse]:
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
    model_id: str | Unset = UNSET,
) -> Response[ErrorResponse | ListModelsResponse]:
    """List models

     Models of the catalog, all or those that the filters leave. A stray `?` before `modelId` is taken as
    `&`.

    Args:
        task (str | Unset):
        model_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | ListModelsResponse]
    """

    kwargs = build_request(
        task=task,
        model_id=model_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(response)


def sync(
    *,
    client: AuthenticatedClient,
    task: str | Unset = UNSET,
    model_id: str | Unset = UNSET,
) -> ErrorResponse | ListModelsResponse:
    """List models

     Models of the catalog, all or those that the filters leave. A stray `?` before `modelId` is taken as
    `&`.

    Args:
        task (str | Unset):
        model_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | ListModelsResponse
    """

    return sync_detailed(
        client=client,
        task=task,
        model_id=model_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    task: str | Unset = UNSET,
    model_id: str | Unset = UNSET,
) -> Response[ErrorResponse | ListModelsResponse]:
    """List models

     Models of the catalog, all or those that the filters leave. A stray `?` before `modelId` is taken as
    `&`.

    Args:
        task (str | Unset):
        model_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | ListModelsResponse]
    """

    kwargs = build_request(
        task=task,
        model_id=model_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    task: str | Unset = UNSET,
    model_id: str | Unset = UNSET,
) -> ErrorResponse | ListModelsResponse:
    """List models

     Models of the catalog, all or those that the filters leave. A stray `?` before `modelId` is taken as
    `&`.

    Args:
        task (str | Unset):
        model_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | ListModelsResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            task=task,
            model_id=model_id,
        )
    ).parsed
