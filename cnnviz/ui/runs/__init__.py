"""The list of runs: what each has come to, its curves beside the others."""
