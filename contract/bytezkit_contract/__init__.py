"""Whether a server that claims to speak this API does, as a command and as tests for pytest.

    bytezkit contract run --url http://127.0.0.1:8080

It needs the extra `bytezkit[contract]`, and knows of the server nothing but its address and a key.
"""
