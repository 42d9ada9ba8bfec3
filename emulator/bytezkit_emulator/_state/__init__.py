"""Reset, snapshots, export and import of the simulated state, and its clock."""
