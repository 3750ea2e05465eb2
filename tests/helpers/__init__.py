"""What tests share: leak checks, builders, naive twins of the engine's operations."""
