"""Calls the emulator through tools that make functions for language models from `openapi.llm.json`."""
