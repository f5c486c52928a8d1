"""Who funds the United States, whether they are leaving, and what it would cost."""

__version__ = "0.1.0"

__all__ = ["__version__"]
