"""Run make targets one after the other and print how long each took.

    python -m scripts.parts [--resume] TARGET[,TARGET...]...

Targets separated by commas run at the same time. With `--resume`, a target that passed on the same tree is
not run again, and a target that fails does not stop the others.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from scripts.paths import ROOT

_PASSED: Final = ROOT / "build" / "passed.json"


def main() -> int:
    """Run the targets; return 1 if a target failed."""
    parser = argparse.ArgumentParser(description="Run make targets and print how long each took.")
    parser.add_argument("--resume", action="store_true", help="skip targets that passed on the same tree")
    parser.add_argument("groups", nargs="+", metavar="TARGET[,TARGET...]")
    arguments = parser.parse_args()
    tree = _tree() if arguments.resume else ""
    passed: list[str] = _read_passed().get(tree, [])
    lines: list[str] = []
    failed = False
    for group in arguments.groups:
        targets: list[str] = group.split(",")
        lines += [f"{target:<16} passed before" for target in targets if target in passed]
        pending = [target for target in targets if target not in passed]
        with ThreadPoolExecutor() as executor:
            for target, code, seconds in executor.map(partial(_run, is_captured=len(pending) > 1), pending):
                lines.append(f"{target:<16} {seconds:6.1f} s{'  failed' if code else ''}")
                # Also now: an interrupted run prints no list.
                print(lines[-1], flush=True)
                if code == 0:
                    passed = [*passed, target]
                failed = failed or code != 0
        if tree:
            _PASSED.parent.mkdir(exist_ok=True)
            _PASSED.write_text(json.dumps({tree: passed}), encoding="utf-8")
        elif failed:
            break
    print("\n".join(["", *lines]), flush=True)
    return int(failed)


def _run(target: str, *, is_captured: bool) -> tuple[str, int, float]:
    """Run a target; return it with its exit code and its seconds."""
    start = time.monotonic()
    done = subprocess.run(
        ["make", "--no-print-directory", target],  # noqa: S607 - the user's own make
        cwd=ROOT,
        check=False,
        # The lines of several targets would be mixed.
        stdout=subprocess.PIPE if is_captured else None,
        stderr=subprocess.STDOUT if is_captured else None,
    )
    if is_captured:
        sys.stdout.buffer.write(done.stdout)
        sys.stdout.flush()
    return target, done.returncode, time.monotonic() - start


def _read_passed() -> dict[str, list[str]]:
    if not _PASSED.exists():
        return {}
    passed: dict[str, list[str]] = json.loads(_PASSED.read_text(encoding="utf-8"))
    return passed


def _tree() -> str:
    """Return a digest of the committed and the changed files."""
    digest = hashlib.sha256()
    for command in (["git", "ls-files", "--stage"], ["git", "diff", "HEAD"]):
        digest.update(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
