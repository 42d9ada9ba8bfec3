"""What is wrong with an answer, for those who wrote it."""


class StubError(ValueError):
    """An answer can not be served; the text says where it stands, and why."""
