"""What a file is, folders that are locked, and work that is kept safe from a crash."""
