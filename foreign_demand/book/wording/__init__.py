"""Sentences whose words depend on numbers, and tables as printed; one file a chapter."""
