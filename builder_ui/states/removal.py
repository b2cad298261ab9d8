"""The question before something is removed from a list."""

from builder_ui.state import State, handler


class Removal(State, mixin=True):
    """`leaving` is the id of what is asked about, '' where nothing is. What removes it has a guard of its own."""

    leaving: str = ""
    # Kept while the question goes away, and for what is said afterwards.
    leaving_name: str = ""

    @handler("be_signed_in")
    async def ask_to_remove(self, which: str, name: str) -> None:
        """Ask before it is removed."""
        self.leaving, self.leaving_name = which, name

    @handler("be_signed_in")
    async def keep(self, is_open: bool = False) -> None:
        """Do not remove it after all."""
        if not is_open:
            self.leaving = ""
