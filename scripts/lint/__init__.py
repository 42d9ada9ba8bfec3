"""The lint of the contract: rules over the bundled document, its tasks and its source files."""
