"""Help that is shown as it is written."""


def verbatim(heading: str, *lines: str) -> str:
    """Write a paragraph that is not wrapped."""
    # click's mark for such a paragraph.
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])


def examples(*lines: str) -> str:
    """Write the examples of a command; the tests run each."""
    return verbatim("Examples:", *lines)
