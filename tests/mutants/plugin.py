"""A pytest plugin that applies one mutant for a whole run.

    pytest -p tests.mutants.plugin --mutant fault:one-world tests/emulator

A failing run is what one hopes for; nothing is shrunk, so that it fails soon.
"""

from contextlib import ExitStack
from typing import Final

import pytest
from hypothesis import Phase, settings

from tests.mutants.registry import find

_PROFILE: Final = "mutants"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mutants")
    group.addoption("--mutant", help="apply the mutant of this name")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    name: str | None = early_config.known_args_namespace.mutant
    if name is not None:
        change = ExitStack()
        try:
            change.enter_context(find(name).apply())
        except Exception as error:
            raise pytest.UsageError(f"{name} can not be applied: {error!r}") from error
        early_config.add_cleanup(change.close)


def pytest_configure() -> None:
    # What `tests/conftest.py` chose, which is loaded by now.
    settings.register_profile(
        _PROFILE,
        settings.get_profile("reproducible"),
        phases=[Phase.explicit, Phase.generate],
        report_multiple_bugs=False,
    )
    settings.load_profile(_PROFILE)
