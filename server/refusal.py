"""Why a command cannot do what it was asked."""


class Refusal(Exception):  # noqa: N818  (it is no fault of the program)
    """A sentence for the person at the terminal, saying what is wrong and what to do about it.

    A process that ends with EXIT_CODE has said it, and would say the same if started again.
    """

    EXIT_CODE = 2
