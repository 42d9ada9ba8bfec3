"""The client against the emulator, through to the wire."""
