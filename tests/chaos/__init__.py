"""Whatever dies when: the real processes under load while they are killed, and a count of what came of each message.

``python -m tests.chaos`` runs it for as long as one likes, ``test_chaos.py`` for seconds on each database.
"""
