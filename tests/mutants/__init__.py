"""Mutation testing: faults in behaviour, document and code, and the tests that detect them."""
