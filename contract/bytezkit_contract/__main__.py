"""`bytezkit contract`: say whether a server speaks this API."""

from collections.abc import Sequence

_MISSING = "{} is missing: install bytezkit[contract]"


def main(argv: Sequence[str] | None = None, prog: str = "python -m bytezkit_contract") -> None:
    """Hold a server to the contract and print what is broken.

    Args:
        argv: The arguments; without it, those of the process.
        prog: How the command is called, for its help.

    Raises:
        SystemExit: Always, with 0 if the server speaks the contract, 1 if something is broken, 2 if the
            arguments are wrong or the server is refused, 3 if it can not be reached, 4 if the budget was
            spent before the end, 130 if it was interrupted.
    """
    try:
        from bytezkit_contract._command import run  # noqa: PLC0415  # the extra may be missing
    except ModuleNotFoundError as error:
        raise SystemExit(_MISSING.format(str(error.name).partition(".")[0])) from None
    raise SystemExit(run(argv, prog))


if __name__ == "__main__":
    main()
