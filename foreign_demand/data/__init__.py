"""Getting the data, checking them, keeping them."""
