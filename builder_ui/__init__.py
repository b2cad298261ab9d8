"""The screens: Reflex pages, the canvas, and the one ASGI application that serves them beside the API."""
