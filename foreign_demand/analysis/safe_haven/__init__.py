"""The safe-haven debate."""
