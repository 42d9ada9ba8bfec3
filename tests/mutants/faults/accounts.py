"""Credits, charges and counts that are wrong."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from unittest.mock import patch

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._engines import Output
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.instance import Inference, Instance
from bytezkit_emulator._model.instance_pool import InstancePool
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import World
from bytezkit_emulator._service import inference as _serving
from bytezkit_emulator._service import run as _run
from tests.mutants.mutant import Change, fault, together

_charge = _serving._charge
_check_credits = World.check_credits


@fault("accounts", "Who has no credits left may go on.")
def credits_not_checked() -> Change:
    return patch.object(World, "check_credits", lambda self, tenant: None)


@fault("accounts", "Who has spent exactly the credits may go on.")
def last_cent_spent_twice() -> Change:
    def check(self: World, tenant: Tenant) -> None:
        if tenant.spent != self.credits:
            _check_credits(self, tenant)

    return patch.object(World, "check_credits", check)


@fault("accounts", "Without credits, the refusal says nothing about credits.")
def payment_required_without_message() -> Change:
    def check(self: World, tenant: Tenant) -> None:
        try:
            _check_credits(self, tenant)
        except HttpError as refusal:
            raise HttpError(402, refusal.error) from None

    return patch.object(World, "check_credits", check)


@fault("accounts", "Who leaves a stream early pays nothing.")
def charge_lost_on_abandon() -> Change:
    abandon = InstancePool.abandon

    def abandon_free(self: InstancePool, inference: Inference) -> None:
        if not inference.finished.resolved:
            inference.rejection = "Abandoned"
        abandon(self, inference)

    return patch.object(InstancePool, "abandon", abandon_free)


@fault("accounts", "Every run is charged twice.")
def charged_twice() -> Change:
    def charge(tenant: Tenant, model: Model, inference: Inference) -> None:
        _charge(tenant, model, inference)
        _charge(tenant, model, inference)

    return patch.object(_serving, "_charge", charge)


@fault("accounts", "A run that is refused while it waits is charged.")
def refused_is_charged() -> Change:
    def charge(tenant: Tenant, model: Model, inference: Inference) -> None:
        tenant.spent += _serving.cost(model, inference.duration)

    return patch.object(_serving, "_charge", charge)


@fault("accounts", "The tokens of a run take no time and cost nothing.")
def tokens_not_counted() -> Change:
    submit = _serving.submit

    def submit_without_tokens(*args: Any, output: Any, **rest: Any) -> Any:
        counted = Output(value=output.value, pieces=output.pieces) if isinstance(output, Output) else output
        return submit(*args, output=counted, **rest)

    return patch.object(_run, "submit", submit_without_tokens)


@fault("accounts", "The cost is that of the first token alone.")
def cost_of_first_token() -> Change:
    def cost(model: Model, duration: timedelta) -> Decimal:
        return model.price * Decimal("0.05")

    return together(patch.object(_run, "cost", cost), patch.object(_serving, "cost", cost))


@fault("accounts", "A cluster counts each inference twice.")
def inferences_counted_twice() -> Change:
    serve = InstancePool._serve

    def serve_and_count(self: InstancePool, instance: Instance, inference: Inference) -> None:
        self.inferences += 1
        serve(self, instance, inference)

    return patch.object(InstancePool, "_serve", serve_and_count)


@fault("accounts", "An inference is counted when it begins.")
def inferences_counted_early() -> Change:
    serve, finish = InstancePool._serve, InstancePool._finish

    def serve_and_count(self: InstancePool, instance: Instance, inference: Inference) -> None:
        self.inferences += 1
        serve(self, instance, inference)

    def finish_uncounted(self: InstancePool, instance: Instance, inference: Inference) -> None:
        before = self.inferences
        inference.finished.add_callback(partial(setattr, self, "inferences", before))
        finish(self, instance, inference)

    return together(
        patch.object(InstancePool, "_serve", serve_and_count),
        patch.object(InstancePool, "_finish", finish_uncounted),
    )
