"""Write the tiny models.

    python -m scripts.tiny_models FOLDER [NAME...]

Each model is a folder below `FOLDER`. With names, only these models are written.
"""

import sys
from pathlib import Path

from scripts.tiny_models import BUILDERS, build_model


def main() -> None:
    """Write the models, and print the size of each."""
    folder = Path(sys.argv[1])
    for name in sys.argv[2:] or BUILDERS:
        build_model(name, folder / name)
        size = sum(path.stat().st_size for path in (folder / name).rglob("*") if path.is_file())
        print(f"{name:<18} {size / 1000:6.0f} kB", flush=True)


if __name__ == "__main__":
    main()
