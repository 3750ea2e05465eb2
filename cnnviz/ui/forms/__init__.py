"""Forms made from the descriptions of settings; used for layers, the input and training."""
