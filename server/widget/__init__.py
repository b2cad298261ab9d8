"""The web widget's own parts: visitor tokens, limits, live push, and the script a shop puts on its pages."""
