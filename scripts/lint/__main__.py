"""Lint the contract: `make lint`."""

from scripts.bundle import BundleError
from scripts.lint.contract import read_contract
from scripts.lint.registry import RULES, lint


def main() -> None:
    """Print all findings, and fail if there are any."""
    try:
        findings = lint(read_contract())
    except BundleError as error:
        raise SystemExit(f"bundle: {error}") from None
    for finding in findings:
        print(finding)
    if findings:
        raise SystemExit(f"{len(findings)} findings")
    print(f"the contract keeps {len(RULES)} rules")


if __name__ == "__main__":
    main()
