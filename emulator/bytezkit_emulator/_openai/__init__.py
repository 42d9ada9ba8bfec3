"""Requests and responses in the format of OpenAI's API. The inferences behind them are those of every run."""
