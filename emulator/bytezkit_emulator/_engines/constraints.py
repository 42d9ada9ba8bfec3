"""What speaks against a job although its parts fit the contract."""

from bytezkit_emulator._engines.job import Job
from bytezkit_emulator._engines.lengths import contradiction
from bytezkit_emulator._engines.spans import MASK


def objection(job: Job) -> str | None:
    """Say where and why no model could do the job, if so."""
    reason = contradiction(job.arguments)
    if reason is not None:
        return f"body/params: {reason}"
    if job.task.kind == "filled-masks" and not MASK.search(job.text("text")):
        return "body/text: holds no mask, <mask> or [MASK]"
    return None
