"""Simulated state of the service: tenants, catalog, clusters, instances, jobs, files."""
