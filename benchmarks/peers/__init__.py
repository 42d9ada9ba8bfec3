"""Clients under measurement: one module per package, imported only in the environment of the package.

A module defines `Sync`, `Async` or both. The worker creates them with the URL of the server, `Async` within
the event loop. The end of its process closes connections. They have these methods, as far as the package
supports them:

- `run() -> str` runs the text model, and returns its output.
- `stream(model) -> Iterator[str]` streams the text of a model.
"""
