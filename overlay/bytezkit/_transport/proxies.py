"""Proxies that the environment names."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bytezkit._core.config import is_loopback
from bytezkit.errors import ConfigurationError


def environment_proxies() -> dict[str, str]:
    """Return the proxy URL for each of the schemes `http` and `https` that has one.

    It comes from `HTTP_PROXY`, `HTTPS_PROXY` or `ALL_PROXY`, in upper or lower case, or from the settings of
    macOS and Windows.

    Raises:
        ConfigurationError: A proxy URL is malformed.
    """
    environment = getproxies()
    proxies: dict[str, str] = {}
    for scheme in ("http", "https"):
        name = scheme if environment.get(scheme) else "all"
        if proxy := environment.get(name):
            proxies[scheme] = proxy if "://" in proxy else f"http://{proxy}"
            _check_proxy(proxies[scheme], f"{name.upper()}_PROXY")
    return proxies


def _check_proxy(proxy: str, variable: str) -> None:
    # The message does not quote the URL, which may hold a password.
    try:
        parts = urlsplit(proxy)
        is_valid = parts.scheme in ("http", "https", "socks5", "socks5h") and bool(parts.hostname)
        is_valid = is_valid and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid:
        raise ConfigurationError(f"{variable} is not the URL of an http, https or socks5 proxy")


def bypasses_proxy(host: str) -> bool:
    """Return whether a host is reached without a proxy: loopback, or an entry of `NO_PROXY`."""
    return is_loopback(host) or bool(proxy_bypass(host))
