"""The database's forms, one revision after the other; `python -m server.migrations MESSAGE` writes the next."""
