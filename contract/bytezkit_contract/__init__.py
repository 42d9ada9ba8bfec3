"""Contract tests for any server of the Bytez model API, as a command and as a pytest plugin.

    bytezkit contract run --url http://127.0.0.1:8080

The tests need the extra `bytezkit[contract]`. They use only the server's URL and a key, no other knowledge
of the server.
"""
