from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.error_response import ErrorResponse
from ...models.openai_model import OpenaiModel
from ...types import Response


def build_request(
    org: str,
    name: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/models/v2/openai/v1/models/{org}/{name}".format(
            org=quote(str(org), safe=""),
            name=quote(str(name), safe=""),
        ),
    }

    return _kwargs


def _parse_response(response: httpx.Response) -> ErrorResponse | OpenaiModel:
    if response.status_code == 200:
        response_200 = OpenaiModel.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 404:
        response_404 = ErrorResponse.from_dict(response.json())

        return response_404

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


def _build_response(response: httpx.Response) -> Response[ErrorResponse | OpenaiModel]:
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
) -> Response[ErrorResponse | OpenaiModel]:
    """Read a model in the format of OpenAI's API

     One model of the catalog. OpenAI's clients also send the slash of the model id percent-encoded.

    Args:
        org (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | OpenaiModel]
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
) -> ErrorResponse | OpenaiModel:
    """Read a model in the format of OpenAI's API

     One model of the catalog. OpenAI's clients also send the slash of the model id percent-encoded.

    Args:
        org (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | OpenaiModel
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
) -> Response[ErrorResponse | OpenaiModel]:
    """Read a model in the format of OpenAI's API

     One model of the catalog. OpenAI's clients also send the slash of the model id percent-encoded.

    Args:
        org (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | OpenaiModel]
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
) -> ErrorResponse | OpenaiModel:
    """Read a model in the format of OpenAI's API

     One model of the catalog. OpenAI's clients also send the slash of the model id percent-encoded.

    Args:
        org (str):
        name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | OpenaiModel
    """

    return (
        await asyncio_detailed(
            org=org,
            name=name,
            client=client,
        )
    ).parsed
