"""Run all clients, and write `docs/interop.md` if all outcomes are as expected."""

from typing import Final

from scripts.interop.clients import CLIENTS
from scripts.interop.page import page
from scripts.interop.runner import run_client
from scripts.paths import ROOT

_PAGE: Final = ROOT / "docs" / "interop.md"


def main() -> None:
    """Run all clients and write the page.

    Raises:
        SystemExit: An outcome is unexpected, or a client cannot be installed. The page is then unchanged.
    """
    results = []
    for client in CLIENTS:
        print(client.title, flush=True)
        results.append(run_client(client))
    unexpected = [line for result in results for line in result.unexpected_outcomes()]
    if unexpected:
        raise SystemExit("\n".join(unexpected))
    _PAGE.write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
