"""Proxies that the environment names."""

from importlib import import_module
from urllib.request import getproxies, proxy_bypass

import httpx

from bytezkit._core.config import is_loopback
from bytezkit.errors import ConfigurationError


def environment_proxies(*, allow_socks: bool = True) -> dict[str, str]:
    """Return the proxy URL for each of the schemes `http` and `https` that has one.

    It comes from `HTTP_PROXY`, `HTTPS_PROXY` or `ALL_PROXY`, in upper or lower case, or from the settings of
    macOS and Windows.

    Args:
        allow_socks: Whether the HTTP library can use a SOCKS proxy.

    Raises:
        ConfigurationError: A proxy URL is malformed, or its proxy cannot be used.
    """
    environment = getproxies()
    proxies: dict[str, str] = {}
    for scheme in ("http", "https"):
        name = scheme if environment.get(scheme) else "all"
        if proxy := environment.get(name):
            proxies[scheme] = proxy if "://" in proxy else f"http://{proxy}"
            problem = _proxy_problem(proxies[scheme], allow_socks=allow_socks)
            if problem is not None:
                # Without the URL, which may hold a password.
                raise ConfigurationError(f"{name.upper()}_PROXY {problem}")
    return proxies


def _proxy_problem(proxy: str, *, allow_socks: bool) -> str | None:
    try:
        url = httpx.Proxy(proxy).url
        is_valid = bool(url.host.encode("idna")) and url.port != 0 and not any(map(str.isspace, proxy))
        needs_socks = url.scheme.startswith("socks")
    except (ValueError, httpx.InvalidURL):
        is_valid = needs_socks = False
    if not is_valid:
        return "is not the URL of an http, https or socks5 proxy"
    if needs_socks and not allow_socks:
        return "is the URL of a SOCKS proxy, which aiohttp cannot use"
    if needs_socks and not _has_socks():
        return "is the URL of a SOCKS proxy: install httpx[socks]"
    return None


def _has_socks() -> bool:
    try:
        import_module("socksio")
    except ImportError:
        return False
    return True


def bypasses_proxy(host: str, port: int | None) -> bool:
    """Return whether a host is reached without a proxy: loopback, or an entry of `NO_PROXY`."""
    return is_loopback(host) or bool(proxy_bypass(host) or proxy_bypass(f"{host}:{port}"))
