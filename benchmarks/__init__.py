"""Programs that measure and print ratios. None of them is a test: a busy machine makes every figure wrong."""
