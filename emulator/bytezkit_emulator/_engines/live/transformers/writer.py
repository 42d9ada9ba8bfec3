"""The text of a run, while a model generates it."""

from typing import Any

from bytezkit_emulator._engines.live.run import LiveRun


class TextWriter:
    """Streamer and stopping criterion of `generate`: writes whole words of a text, up to the first stop.

    Args:
        words: A `TextStreamer`, which decodes tokens and holds back parts of words.
        live_run: The run whose text it is.
        prefix: Text before the generated text.
        stops: Texts before which the generated text ends.

    Attributes:
        tokens: Number of generated tokens.
        prompt_tokens: Number of tokens before them.
    """

    def __init__(self, words: Any, live_run: LiveRun, *, prefix: str, stops: tuple[str, ...]) -> None:
        self._words = words
        self._words.on_finalized_text = self._add
        self._write = live_run.write
        self._prefix = prefix
        self._stops = [stop for stop in stops if stop]
        self._held: str = ""
        self._pieces: list[str] = []
        self._has_stopped = False
        self.tokens = 0
        self.prompt_tokens = 0

    @property
    def text(self) -> str:
        """The prefix and the generated text."""
        return self._prefix + "".join(self._pieces)

    @property
    def has_stopped(self) -> bool:
        """Whether the generated text has a stop."""
        return self._has_stopped

    def put(self, tokens: Any) -> None:
        """Take the prompt at the first call, and generated tokens at later calls."""
        if self._words.next_tokens_are_prompt:
            self.prompt_tokens = tokens.numel()
        else:
            self.tokens += tokens.numel()
        self._words.put(tokens)

    def end(self) -> None:
        """Write the rest of the text."""
        self._words.end()

    def _add(self, text: str, stream_end: bool = False) -> None:
        if self._has_stopped:
            return
        text = self._held + text
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        length_to_hold = 0 if stream_end else self._length_to_hold(text)
        end = min(found, default=len(text) - length_to_hold)
        self._has_stopped = bool(found)
        self._held = text[end:]
        if end > 0:
            if not self._pieces:
                self._write(self._prefix)
            self._pieces.append(text[:end])
            self._write(text[:end])

    def _length_to_hold(self, text: str) -> int:
        """Return the length of the longest end of a text with which a stop begins."""
        lengths = (
            length for stop in self._stops for length in range(1, len(stop)) if text.endswith(stop[:length])
        )
        return max(lengths, default=0)
