"""What a chapter calls: figures, charts, words."""
