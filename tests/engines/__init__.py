"""Runs `RunBatch` in real data engines, kills their workers, and runs the engines' blocks of docs/bulk.md."""
