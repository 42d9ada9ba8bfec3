"""Parse the source files of a client, in place of a compiler that no available package contains.

python -m scripts.languages.parse FOLDER SUFFIX
"""

import sys
from pathlib import Path
from typing import Final

import tree_sitter_c_sharp
import tree_sitter_kotlin
from tree_sitter import Language, Parser

_GRAMMARS: Final = {"cs": tree_sitter_c_sharp.language, "kt": tree_sitter_kotlin.language}


def main() -> None:
    """Parse all files with the suffix in the folder.

    Raises:
        SystemExit: A file is invalid, or there is none.
    """
    folder, suffix = sys.argv[1:]
    parser = Parser(Language(_GRAMMARS[suffix]()))
    files = sorted(Path(folder).rglob(f"*.{suffix}"))
    invalid = [str(file) for file in files if parser.parse(file.read_bytes()).root_node.has_error]
    if invalid or not files:
        raise SystemExit(f"{len(files)} files, invalid: {invalid}")


if __name__ == "__main__":
    main()
