"""Every operation of the contract, with all that it allows and forbids."""
