"""A run from its first step to its last: the job, its thread, how it is led, and what it leaves behind."""
