from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.error_response_v1 import ErrorResponseV1
from ...models.instance_v1 import InstanceV1
from ...models.key_request_v1 import KeyRequestV1
from ...types import UNSET, Response, Unset


def build_request(
    *,
    body: KeyRequestV1 | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/model/instances",
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(response: httpx.Response) -> ErrorResponseV1 | list[InstanceV1]:
    if response.status_code == 200:
        response_200: list[InstanceV1] = []
        _response_200 = response.json()
        for componentsschemas_list_instances_response_v1_item_data in _response_200:
            componentsschemas_list_instances_response_v1_item = InstanceV1.from_dict(
                componentsschemas_list_instances_response_v1_item_data
            )

            response_200.append(componentsschemas_list_instances_response_v1_item)

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponseV1.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponseV1.from_dict(response.json())

        return response_401

    if response.status_code == 413:
        response_413 = ErrorResponseV1.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ErrorResponseV1.from_dict(response.json())

        return response_415

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


def _build_response(response: httpx.Response) -> Response[ErrorResponseV1 | list[InstanceV1]]:
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
    body: KeyRequestV1 | Unset = UNSET,
) -> Response[ErrorResponseV1 | list[InstanceV1]]:
    """List running models, with the key in the body

     List your instances, in the dialect whose key stands in the body.

    Args:
        body (KeyRequestV1 | Unset): What a list may be asked with where the key does not stand in
            the header.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponseV1 | list[InstanceV1]]
    """

    kwargs = build_request(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(response)


def sync(
    *,
    client: AuthenticatedClient,
    body: KeyRequestV1 | Unset = UNSET,
) -> ErrorResponseV1 | list[InstanceV1]:
    """List running models, with the key in the body

     List your instances, in the dialect whose key stands in the body.

    Args:
        body (KeyRequestV1 | Unset): What a list may be asked with where the key does not stand in
            the header.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponseV1 | list[InstanceV1]
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: KeyRequestV1 | Unset = UNSET,
) -> Response[ErrorResponseV1 | list[InstanceV1]]:
    """List running models, with the key in the body

     List your instances, in the dialect whose key stands in the body.

    Args:
        body (KeyRequestV1 | Unset): What a list may be asked with where the key does not stand in
            the header.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponseV1 | list[InstanceV1]]
    """

    kwargs = build_request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: KeyRequestV1 | Unset = UNSET,
) -> ErrorResponseV1 | list[InstanceV1]:
    """List running models, with the key in the body

     List your instances, in the dialect whose key stands in the body.

    Args:
        body (KeyRequestV1 | Unset): What a list may be asked with where the key does not stand in
            the header.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponseV1 | list[InstanceV1]
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
