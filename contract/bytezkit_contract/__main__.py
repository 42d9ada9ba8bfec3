"""`bytezkit contract`: test a server against the contract."""

from collections.abc import Sequence

_MISSING_MODULE = "{} is missing: install bytezkit[contract]"


def main(argv: Sequence[str] | None = None, prog: str = "python -m bytezkit_contract") -> None:
    """Test a server against the contract and print the violations.

    Args:
        argv: Command-line arguments. Default: the arguments of the process.
        prog: Name of the command in its help text.

    Raises:
        SystemExit: Always, with 0 if the server conforms to the contract, 1 if it violates the contract,
            2 if the arguments are invalid or the server may not be tested, 3 if the server cannot be
            reached, 4 if the request budget was spent before the last test, 130 if the run was
            interrupted.
    """
    try:
        from bytezkit_contract._command import run  # noqa: PLC0415  # the extra may not be installed
    except ModuleNotFoundError as error:
        raise SystemExit(_MISSING_MODULE.format(str(error.name).partition(".")[0])) from None
    raise SystemExit(run(argv, prog))


if __name__ == "__main__":
    main()
