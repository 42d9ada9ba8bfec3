"""Proxies that the environment names."""

from urllib.request import getproxies, proxy_bypass

from bytezkit._configuration import is_loopback


def environment_proxies() -> dict[str, str]:
    """Return the proxy URL for each of the schemes `http` and `https` that has one.

    It comes from `HTTP_PROXY`, `HTTPS_PROXY` or `ALL_PROXY`, in upper or lower case, or from the settings of
    macOS and Windows.
    """
    named = getproxies()
    found = {scheme: named.get(scheme) or named.get("all") for scheme in ("http", "https")}
    return {
        scheme: proxy if "://" in proxy else f"http://{proxy}" for scheme, proxy in found.items() if proxy
    }


def bypasses_proxy(host: str) -> bool:
    """Return whether a host is reached without a proxy: loopback, or an entry of `NO_PROXY`."""
    return is_loopback(host) or bool(proxy_bypass(host))
