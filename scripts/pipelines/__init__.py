"""Holds the contract against pipelines of `transformers` and `diffusers` with tiny models.

The pipelines run in an environment of their own, which `__main__` makes. The modules `tasks`, `inputs`,
`runs` and `judge` need its packages; the others run without them.
"""
