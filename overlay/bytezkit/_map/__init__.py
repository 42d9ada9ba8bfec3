"""`map`: one scheduler, driven by threads or by tasks."""
