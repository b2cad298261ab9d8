"""The pure core: flows as data, one function that takes a conversation one event further.

Nothing here reads a clock, draws at random or performs I/O: time, ids and answers come in with events, and what
is to be done leaves as effects.
"""
