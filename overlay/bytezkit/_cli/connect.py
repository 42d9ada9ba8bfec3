"""A client, set up from options and environment."""

import os
from pathlib import Path

import click

from bytezkit import Bytez


def connect(base_url: str | None, key_file: Path | None, *, allow_insecure: bool) -> Bytez:
    """Set a client up.

    Raises:
        click.UsageError: There is no key.
        ConfigurationError: The key or the URL can not be used.
    """
    return Bytez(
        _key(key_file),
        base_url=base_url,
        provider_key=os.environ.get("BYTEZ_PROVIDER_KEY") or None,
        allow_insecure=allow_insecure,
    )


def _key(file: Path | None) -> str:
    if file is None:
        key = os.environ.get("BYTEZ_KEY")
        if not key:
            raise click.UsageError("no key: set BYTEZ_KEY, or give --key-file FILE")
        return key
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        # What was given may be the key itself.
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
    raise click.UsageError(f"the file of --key-file can not be read: {reason}")
