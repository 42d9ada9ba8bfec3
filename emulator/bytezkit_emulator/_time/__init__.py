"""Virtual clock, scheduler, and waits."""
