"""Tables in, tables out: one folder a question, no file, no sentence."""
