"""Programs that type checkers must accept or reject."""
