"""Training as a plain generator of frozen events, with its control, history and files. No Qt."""
