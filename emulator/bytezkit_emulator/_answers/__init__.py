"""Answers that somebody wrote down: each is held against the contract before it is served."""

from bytezkit_emulator._answers._answers import Answers
from bytezkit_emulator._answers._errors import AnswerError
from bytezkit_emulator._answers._rule import Refused, Rule, RunCall
from bytezkit_emulator._answers._scripts import Scripts
from bytezkit_emulator._plain_data import Json

__all__ = ["AnswerError", "Answers", "Json", "Refused", "Rule", "RunCall", "Scripts"]
