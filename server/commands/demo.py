"""`parley demo`: make the demo shop's flow, knowledge and chat; `parley run` does so at its first start."""

import argparse

from server.demo import ensure_demo
from server.startup import say
from server.terminal import installation


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace) -> int:
    """0 when there is a demo, made now or before; what its owner has deleted stays so."""
    with installation() as parts:
        if ensure_demo(parts):
            say("The demo shop Luna is made: its flow, its knowledge, its chat.")
        else:
            say("The demo shop was made before.")
    return 0
