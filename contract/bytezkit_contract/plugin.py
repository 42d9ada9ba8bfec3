"""pytest plugin that runs the contract tests.

    pytest -p bytezkit_contract.plugin --pyargs bytezkit_contract --bytezkit-url=http://127.0.0.1:8080

Its options are those of the command with the prefix `--bytezkit-`.
"""

from typing import Final

import pytest

from bytezkit_contract._options import add_options, read_target
from bytezkit_contract._session import ContractSession
from bytezkit_contract._target import TargetError

_PREFIX: Final = "--bytezkit-"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command."""
    add_options(parser.getgroup("bytezkit", "contract tests of the Bytez model API").addoption, _PREFIX)


def pytest_configure(config: pytest.Config) -> None:
    """Create and register the session for the server that the options name."""
    try:
        target = read_target(lambda name: getattr(config.option, f"bytezkit_{name}"), _PREFIX)
    except TargetError as error:
        raise pytest.UsageError(str(error)) from None
    # pytest and other plugins may print the options.
    config.option.bytezkit_header = []
    config.pluginmanager.register(ContractSession(target), "bytezkit_contract_session")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Refuse several processes, which would change the same clusters and each have a budget of its own."""
    raise pytest.UsageError("the contract tests run in one process: pass -n 0 to pytest")
