"""Virtual clock, scheduler and futures."""
