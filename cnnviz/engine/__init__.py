"""How a network is computed: forward, backward and learning, with NumPy alone."""
