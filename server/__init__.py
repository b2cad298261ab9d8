"""The world: routes, storage, queue, channels, knowledge, people."""
