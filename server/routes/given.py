"""What handlers are given: the process's parts, who asks, and in which language they are answered."""

from typing import TypeAlias

from litestar.di import NamedDependency

from server.errors import ScreenLanguage
from server.parts import Parts
from server.people import Person

Here: TypeAlias = NamedDependency[Parts]
Asker: TypeAlias = NamedDependency[Person]
Reader: TypeAlias = NamedDependency[ScreenLanguage]
