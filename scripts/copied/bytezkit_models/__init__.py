"""Input and result types of the API, and its tasks."""
