"""What each screen knows and does."""
