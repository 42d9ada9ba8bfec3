"""`map`: one scheduler and one concurrency limiter, driven by threads or by tasks."""
