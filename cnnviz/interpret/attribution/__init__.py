"""Why a network answers as it does, and what its filters look for."""
