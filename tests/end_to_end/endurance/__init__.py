"""Time and load: no call hangs, and no resource leaks."""
