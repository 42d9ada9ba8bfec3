import ssl
from types import TracebackType
from typing import Any, Self

import httpx
from attrs import define, evolve, field


@define
class Client:
    """Client without a key, for operations that need none.

    A `with` or `async with` block closes its connections.

    Args:
        base_url: URL of the service.
        cookies: Cookies of each request.
        headers: Headers of each request.
        timeout: Limits of httpx for connecting, and for waiting between two bytes. `None`: no limits.
            Default: 10 seconds for connecting, otherwise 10 minutes.
        verify_ssl: Certificate check of httpx; `False` disables it.
        follow_redirects: Whether redirects are followed.
        httpx_args: Further arguments of `httpx.Client` and `httpx.AsyncClient`.
    """

    _base_url: str = field(alias="base_url")
    # Fields that can contain secrets are not in `repr`.
    _cookies: dict[str, str] = field(
        factory=dict[str, str], kw_only=True, alias="cookies", repr=False
    )
    _headers: dict[str, str] = field(
        factory=dict[str, str], kw_only=True, alias="headers", repr=False
    )
    _timeout: httpx.Timeout | None = field(
        default=httpx.Timeout(600, connect=10), kw_only=True, alias="timeout"
    )
    _verify_ssl: str | bool | ssl.SSLContext = field(default=True, kw_only=True, alias="verify_ssl")
    _follow_redirects: bool = field(default=False, kw_only=True, alias="follow_redirects")
    _httpx_args: dict[str, Any] = field(
        factory=dict[str, Any], kw_only=True, alias="httpx_args", repr=False
    )
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False, repr=False)

    def with_headers(self, headers: dict[str, str]) -> Self:
        """Return a client with more headers and its own connections."""
        return evolve(self, headers={**self._headers, **headers})

    def with_cookies(self, cookies: dict[str, str]) -> Self:
        """Return a client with more cookies and its own connections."""
        return evolve(self, cookies={**self._cookies, **cookies})

    def with_timeout(self, timeout: httpx.Timeout | None) -> Self:
        """Return a client with another timeout and its own connections."""
        return evolve(self, timeout=timeout)

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Replace the client of httpx, and with it all settings, also the key."""
        self._client = client
        return self

    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self:
        """Replace the asynchronous client of httpx, and with it all settings, also the key."""
        self._async_client = async_client
        return self

    def get_httpx_client(self) -> httpx.Client:
        """Return the client of httpx, which the first call creates."""
        if self._client is None:
            self._client = httpx.Client(
                base_url=self._base_url,
                cookies=self._cookies,
                headers=self._all_headers(),
                timeout=self._timeout,
                verify=self._verify_ssl,
                follow_redirects=self._follow_redirects,
                **self._httpx_args,
            )
        return self._client

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """Return the client of httpx, which the first call creates."""
        if self._async_client is None:
            self._async_client = httpx.AsyncClient(
                base_url=self._base_url,
                cookies=self._cookies,
                headers=self._all_headers(),
                timeout=self._timeout,
                verify=self._verify_ssl,
                follow_redirects=self._follow_redirects,
                **self._httpx_args,
            )
        return self._async_client

    def _all_headers(self) -> httpx.Headers:
        return httpx.Headers(self._headers)

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.get_httpx_client().__exit__(exc_type, exc_value, traceback)

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.get_async_httpx_client().__aexit__(exc_type, exc_value, traceback)


@define
class AuthenticatedClient(Client):
    """Client with a key, for all operations.

    Args:
        base_url: URL of the service.
        token: The key.
        prefix: Scheme in front of the key; empty for the key alone.
        auth_header_name: Header of the key.
        cookies, headers, timeout, verify_ssl, follow_redirects, httpx_args: As for `Client`.
    """

    token: str = field(repr=False)
    prefix: str = "Key"
    auth_header_name: str = "Authorization"

    def _all_headers(self) -> httpx.Headers:
        headers = httpx.Headers(self._headers)
        headers[self.auth_header_name] = (
            f"{self.prefix} {self.token}" if self.prefix else self.token
        )
        return headers
