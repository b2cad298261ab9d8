"""The document: read, write, check, edit, compare, migrate; starter flows."""

from flows import check, diff, edit, views
from flows.document import as_dict, from_dict, read, write
from flows.faults import Fault, FlowError
from flows.starters import Starter, library, starter

__all__ = [
    "Fault",
    "FlowError",
    "Starter",
    "as_dict",
    "check",
    "diff",
    "edit",
    "from_dict",
    "library",
    "read",
    "starter",
    "views",
    "write",
]
