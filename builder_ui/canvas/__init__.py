"""The flow's canvas: a thin Reflex component around React Flow, and what travels between it and its page."""
