"""The code under test: summaries that survive a service with problems."""

from datetime import timedelta

from bytezkit import Bytez, Progress
from bytezkit.errors import BytezError, StreamInterruptedError

SUMMARY_MODEL = "ainize/bart-base-cnn"
STORY_MODEL = "openai-community/gpt2"


def summarize(client: Bytez, text: str) -> str:
    """Return the summary of a text, or its first sentence if the service fails."""
    try:
        return client.model(SUMMARY_MODEL, task="summarization").run(text).output
    except BytezError:
        return text.partition(".")[0] + "."


def tell(client: Bytez, start: str) -> tuple[str, bool]:
    """Return the text of a stream, and whether it is complete."""
    text = ""
    with client.model(STORY_MODEL, task="text-generation").stream(start) as stream:
        try:
            for part in stream:
                text += part
        except StreamInterruptedError:
            return text, False
    return text, True


def warm_up(client: Bytez, idle_timeout: timedelta) -> list[str]:
    """Load the model, and return the states that it passed."""
    states: list[str] = []

    def note(progress: Progress) -> None:
        if progress.status not in states:
            states.append(progress.status)

    client.model(STORY_MODEL, task="text-generation").load(idle_timeout=idle_timeout, on_progress=note)
    return states
