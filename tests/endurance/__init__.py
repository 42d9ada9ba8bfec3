"""Time and load: nothing hangs, nothing is left behind, nothing grows."""
