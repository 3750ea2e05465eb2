"""Entry point of ``python -m cnnviz``."""

from __future__ import annotations

from cnnviz.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
