"""Where closed-source models run."""

from datetime import timedelta
from typing import Final

from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._time.scheduler import Scheduler


class ProviderHost:
    """The provider of a closed-source model: it serves every request at once, without a cluster.

    Attributes:
        limit: What it says of how many requests it serves at once; it turns none away.
        remaining: What it says of how many more it would serve.

    Callers hold the lock of the core.
    """

    def __init__(self, scheduler: Scheduler, settings: Settings) -> None:
        self._scheduler = scheduler
        self.limit: Final = settings.queue_limit
        self.remaining: Final = settings.queue_limit

    def submit(self, duration: timedelta) -> Inference:
        """Serve a request now."""
        inference = Inference(duration)
        inference.began = self._scheduler.now
        inference.end = self._scheduler.after(duration, inference.over.resolve, is_work=True)
        inference.started.resolve()
        return inference

    def abandon(self, inference: Inference) -> None:
        """Give a request up."""
        if inference.end is not None:
            inference.end.cancel()
        inference.over.resolve()
