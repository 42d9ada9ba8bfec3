"""Options of `RunBatch` that do not depend on the task."""

import os
from collections.abc import Callable, Mapping

from typing_extensions import TypedDict

from bytezkit_models.json_value import JsonInput


class RunBatchOptions(TypedDict, total=False):
    """Options of `RunBatch` that do not depend on the task; each as for its constructor.

    Attributes:
        output: Name of the column of outputs, and prefix of the names of the other new columns.
        extra_params: Parameters of the model beside the documented ones of the task.
        concurrency: Maximum number of concurrent requests of a call.
        answers: Folder in which the answers are kept.
        row_id: Name of the column that distinguishes equal rows.
        share_equal_rows: Whether equal rows share an answer.
        file_paths: Whether texts in columns of media, other than URLs, are paths of files.
        api_key: Function that returns the API key.
        provider_key: Function that returns the key at the provider of a closed-source model.
    """

    output: str
    extra_params: Mapping[str, JsonInput] | None
    concurrency: int
    answers: str | os.PathLike[str] | None
    row_id: str | None
    share_equal_rows: bool
    file_paths: bool
    api_key: Callable[[], str] | None
    provider_key: Callable[[], str] | None
