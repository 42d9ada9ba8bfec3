"""All mutants, by name."""

from tests.mutants.mutant import CODE, DOCUMENT, SERVED, Mutant


def find(name: str) -> Mutant:
    """Return the mutant of a name.

    Only the modules of its origin are imported: the others know the emulator, which a mutant of the code
    has to come before.

    Raises:
        LookupError: There is none.
    """
    for mutant in mutants_from(name.partition(":")[0]):
        if mutant.name == name:
            return mutant
    raise LookupError(f"there is no mutant {name}")


def mutants_from(origin: str) -> tuple[Mutant, ...]:
    """Return all mutants that come from faults, the document or the code."""
    if origin == CODE:
        from tests.mutants.code import code_mutants  # noqa: PLC0415  # see `find`

        return code_mutants()
    if origin in (DOCUMENT, SERVED):
        from tests.mutants.documents import document_mutants  # noqa: PLC0415  # see `find`

        return document_mutants(origin)
    from tests.mutants.faults import FAULTS  # noqa: PLC0415  # see `find`

    return FAULTS
