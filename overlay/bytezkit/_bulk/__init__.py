"""Batches of rows for data engines: columns in and out, stored answers, one client per process."""
