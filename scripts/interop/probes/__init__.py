"""Probes that use each capability of a client.

A probe runs in the environment of its client, where no other package is installed.
"""
