from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.error_response import ErrorResponse
from ...models.request_model_response import RequestModelResponse
from ...types import Response


def build_request(
    org: str,
    name: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/models/v2/request/{org}/{name}".format(
            org=quote(str(org), safe=""),
            name=quote(str(name), safe=""),
        ),
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> ErrorResponse | RequestModelResponse:
    if response.status_code == 200:
        response_200 = RequestModelResponse.from_dict(response.json())

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


def _build_response(response: httpx.Response) -> Response[ErrorResponse | RequestModelResponse]:
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
    org: str,
    name: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorResponse | RequestModelResponse]:
    """Request a model

     Ask for a model that the catalog lacks. A job makes it available. The key is optional, but a wrong
    one is refused. A body is ignored.

    Args:
        org (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RequestModelResponse]
    """

    kwargs = build_request(
        org=org,
        name=name,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(response)


def sync(
    org: str,
    name: str,
    *,
    client: AuthenticatedClient,
) -> ErrorResponse | RequestModelResponse:
    """Request a model

     Ask for a model that the catalog lacks. A job makes it available. The key is optional, but a wrong
    one is refused. A body is ignored.

    Args:
        org (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RequestModelResponse
    """

    return sync_detailed(
        org=org,
        name=name,
        client=client,
    ).parsed


async def asyncio_detailed(
    org: str,
    name: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorResponse | RequestModelResponse]:
    """Request a model

     Ask for a model that the catalog lacks. A job makes it available. The key is optional, but a wrong
    one is refused. A body is ignored.

    Args:
        org (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RequestModelResponse]
    """

    kwargs = build_request(
        org=org,
        name=name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(response)


async def asyncio(
    org: str,
    name: str,
    *,
    client: AuthenticatedClient,
) -> ErrorResponse | RequestModelResponse:
    """Request a model

     Ask for a model that the catalog lacks. A job makes it available. The key is optional, but a wrong
    one is refused. A body is ignored.

    Args:
        org (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RequestModelResponse
    """

    return (
        await asyncio_detailed(
            org=org,
            name=name,
            client=client,
        )
    ).parsed
