"""Lint the contract: `make lint`."""

from scripts.bundle import BundleError
from scripts.lint.contract import read_contract
from scripts.lint.registry import RULES, lint


def main() -> None:
    """Print all findings.

    Raises:
        SystemExit: There is a finding, or the contract cannot be bundled.
    """
    try:
        findings = lint(read_contract())
    except BundleError as error:
        raise SystemExit(f"the contract cannot be bundled: {error}") from None
    for finding in findings:
        print(finding)
    if findings:
        raise SystemExit(
            f"{len(findings)} findings (pointers refer to the document that `make generate` writes)"
        )
    print(f"the contract satisfies {len(RULES)} rules")


if __name__ == "__main__":
    main()
