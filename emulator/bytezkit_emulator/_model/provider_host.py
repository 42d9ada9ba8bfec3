"""Host of closed-source models."""

from datetime import timedelta
from typing import Final

from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._time.scheduler import Scheduler


class ProviderHost:
    """Provider of a closed-source model, which serves every request at once. Callers hold the runtime's lock.

    Attributes:
        limit: Reported limit of concurrent requests; it is not enforced.
        remaining: Reported number of further requests.
    """

    def __init__(self, scheduler: Scheduler, settings: Settings) -> None:
        self._scheduler = scheduler
        self.limit: Final = settings.queue_limit
        self.remaining: Final = settings.queue_limit

    def submit(self, duration: timedelta | None) -> Inference:
        """Serve a request."""
        inference = Inference(duration)
        inference.started_at = self._scheduler.now
        if duration is not None:
            inference.finish_event = self._scheduler.call_later(
                duration, inference.finished.resolve, is_work=True
            )
        inference.started.resolve()
        return inference

    def end(self, inference: Inference) -> None:
        """End a request now."""
        if inference.finish_event is not None:
            inference.finish_event.cancel()
        inference.finished.resolve()
