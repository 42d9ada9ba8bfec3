"""Published clients of the vendor, unmodified, against the emulator: `make interop`."""
