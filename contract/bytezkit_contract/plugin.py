"""The laws and the gate as tests for pytest.

    pytest -p bytezkit_contract.plugin --pyargs bytezkit_contract --bytezkit-url=http://127.0.0.1:8080

It takes the options of the command with `--bytezkit-` before them.
"""

import pytest

from bytezkit_contract._options import add_options, read_target
from bytezkit_contract._session import ContractSession
from bytezkit_contract._target import TargetError


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command."""
    add_options(parser.getgroup("bytezkit", "a server of the Bytez model API").addoption, "--bytezkit-")


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the run."""
    try:
        target = read_target(lambda name: getattr(config.option, f"bytezkit_{name}"))
    except TargetError as error:
        raise pytest.UsageError(f"--bytezkit-url and its like: {error}") from None
    # Nothing that prints the options is to know the keys.
    config.option.bytezkit_key = config.option.bytezkit_second_key = None
    config.pluginmanager.register(ContractSession(target), "bytezkit_contract_session")
