"""Who is compared: a module for each package, which runs where the package is installed."""
