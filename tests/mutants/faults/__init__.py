"""Faults in behaviour, made by hand: mistakes that a person makes and no mutation tool does.

Each changes the running emulator in its own process. To add one, write a function with the decorator
`fault` into the module of its kind; a new module goes into the list below.
"""

from typing import Final

from tests.mutants.faults import (
    accounts,
    auth,
    by_readers,
    headers,
    lifecycle,
    older,
    requests,
    streaming,
    tenants,
)
from tests.mutants.mutant import Mutant, mutants_of

FAULTS: Final[tuple[Mutant, ...]] = mutants_of(
    (auth, tenants, lifecycle, accounts, streaming, headers, requests, older, by_readers)
)
