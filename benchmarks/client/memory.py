"""How much memory this process holds, in bytes."""

import resource
import sys
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


def held() -> int:
    """Return what it holds now; where that is not told, the most that it ever held."""
    return _told("VmRSS") or peak()


def peak() -> int:
    """Return the most that it ever held."""
    # What the system counts of itself begins with what the parent held.
    return _told("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def _told(name: str) -> int:
    if not _STATUS.exists():
        return 0
    lines = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="utf-8").splitlines())
    return int(lines[name].split()[0]) * 1024
