"""What of a new version of the contract breaks those who built on the old one.

No library does this for OpenAPI 3.1 with unions and directions: the maintained programs are in Go,
which no Python package carries, and the ones in Python compare lists of properties.
"""
