"""Creates the part of the settings for Schemathesis that names the model of each task."""

import json

from scripts.bundle import JsonObject, as_list, as_object


def model_settings(document: JsonObject) -> str:
    """Return settings that run each operation of a task with a model of the task.

    A random model has another task, which takes another request and returns another output.

    Args:
        document: The document for code generators.
    """
    lines = []
    for path, item in as_object(document["paths"], "paths").items():
        for operation in as_object(item, path).values():
            parameters = as_list(as_object(operation, path).get("parameters", []), path)
            examples = {
                str(it["name"]): str(it["example"])
                for it in parameters
                if isinstance(it, dict) and it.get("in") == "path"
            }
            if examples and "#" in path:
                lines += ["", "[[operations]]", f"include-path = {json.dumps(path)}"]
                lines += [f'parameters."path.{name}" = {json.dumps(it)}' for name, it in examples.items()]
    return "\n".join([*lines, ""])
