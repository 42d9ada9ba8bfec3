"""What type checkers accept and reject in code that uses the client."""
