"""The operations in the format of OpenAI's API."""
