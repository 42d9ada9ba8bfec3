"""Development programs that make runs. They are not part of the distribution."""
