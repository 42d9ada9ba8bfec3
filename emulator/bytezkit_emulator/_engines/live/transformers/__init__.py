"""Live engine over the pipelines of `transformers`, which run models from directories of this machine.

Only `models`, which the engine imports when it is opened, needs the packages of the extra `transformers`, and
the modules that `models` imports.
"""

from bytezkit_emulator._engines.live.transformers.engine import TransformersEngine

__all__ = ["TransformersEngine"]
