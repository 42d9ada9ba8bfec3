"""The layers of tests, the cheapest first."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Tests of one kind.

    Attributes:
        name: What it is called.
        tests: Where they stand.
        seconds: How much time of a processor each of them may take, some times of what it needs.
        random_tests: Those that send other requests with another seed; empty if there are none.
    """

    name: str
    tests: str
    seconds: int
    random_tests: str = ""


WIRE: Final = Layer(name="wire", tests="tests/wire", seconds=10)
EMULATOR: Final = Layer(name="emulator", tests="tests/emulator", seconds=10)
CONTRACT: Final = Layer(
    name="contract",
    tests="tests/contract/test_contract.py",
    seconds=60,
    random_tests="tests/contract/test_contract.py",
)
ORACLE: Final = Layer(
    name="oracle", tests="tests/oracle", seconds=60, random_tests="tests/oracle/test_oracle.py"
)
END_TO_END: Final = Layer(name="end to end", tests="tests/end_to_end", seconds=10)
LAYERS: Final = (WIRE, EMULATOR, CONTRACT, ORACLE, END_TO_END)
