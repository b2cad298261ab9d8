"""What handlers are given: the process's parts, who asks, and in which language they are answered."""

from typing import Annotated, TypeAlias

from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter

from server.errors import ScreenLanguage
from server.parts import Parts
from server.people import Person

Here: TypeAlias = NamedDependency[Parts]
Asker: TypeAlias = NamedDependency[Person]
Reader: TypeAlias = NamedDependency[ScreenLanguage]
# Not called `language`: Litestar takes a fault in a body's field of that name for one of its own.

LARGEST_NUMBER = 2**31 - 1
"""What the tables hold as the number of a revision or the position of a message."""

Number: TypeAlias = Annotated[int, PathParameter(ge=0, le=LARGEST_NUMBER)]
AnyNumber: TypeAlias = Annotated[int | None, QueryParameter(ge=0, le=LARGEST_NUMBER)]
