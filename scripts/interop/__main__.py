"""Run all clients, and write `docs/interop.md` if all outcomes are as expected."""

from typing import Final

from scripts.interop.client import ClientGroup, PublishedClient
from scripts.interop.clients import GROUPS
from scripts.interop.page import page
from scripts.interop.runner import ClientResult, run_client
from scripts.paths import ROOT

_PAGE: Final = ROOT / "docs" / "interop.md"


def main() -> None:
    """Run all clients and write the page.

    Raises:
        SystemExit: An outcome is unexpected, or a client cannot be installed. The page is then unchanged.
    """
    tables = [(group, [_run(client, group) for client in group.clients]) for group in GROUPS]
    unexpected = [line for _, results in tables for it in results for line in it.unexpected_outcomes()]
    if unexpected:
        raise SystemExit("\n".join(unexpected))
    _PAGE.write_text(page(tables), encoding="utf-8")


def _run(client: PublishedClient, group: ClientGroup) -> ClientResult:
    print(client.title, flush=True)
    return run_client(client, group.capabilities)


if __name__ == "__main__":
    main()
