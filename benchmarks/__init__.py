"""Measurements, each of two things in one run: machines are noisy, ratios less so."""
