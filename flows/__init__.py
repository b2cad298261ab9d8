"""The document: read, write, check, edit, compare, migrate."""
