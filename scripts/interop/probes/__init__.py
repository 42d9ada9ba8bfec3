"""What each family of clients is asked to do. Runs where the client is installed, and nothing else is."""
