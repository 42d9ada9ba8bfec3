"""What the emulator costs, beside Prism, and what it bears: `python -m benchmarks emulator`."""
