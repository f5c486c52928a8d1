"""The term premium: model, comparison, drivers."""
