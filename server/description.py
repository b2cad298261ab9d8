"""What the API says of itself (OpenAPI 3.1), read off the handlers and the Structs that go over the wire."""

from typing import TYPE_CHECKING

from litestar._openapi.schema_generation.plugins.struct import StructSchemaPlugin
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Schema, SecurityScheme
from litestar.typing import FieldDefinition

from server.people import COOKIE

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator

_DESCRIPTION = """
Sign in with `POST /api/session`, or send a token made with `parley token create` or `POST /api/tokens` as
`Authorization: Bearer parley_...`. Every answer that is not a success is
`{"error": {"code", "message", "where", "faults"}}`: a code that stays, a sentence in the language of `Accept-Language`
(English or Chinese), the field or path it is about, and each fault where there are several.
"""


class DescribedStructs(StructSchemaPlugin):
    """Litestar's schema of a Struct, with its docstring."""

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: "SchemaCreator") -> Schema:
        """The schema; a Struct of ours without a docstring has no description."""
        schema = super().to_openapi_schema(field_definition, schema_creator)
        if not schema.description:
            schema.description = " ".join((field_definition.type_.__doc__ or "").split()) or None
        return schema


def description() -> OpenAPIConfig:
    """Served as JSON at /api/docs and /api/docs/openapi.json."""
    return OpenAPIConfig(
        title="Parley",
        version="1",
        description=" ".join(_DESCRIPTION.split()),
        path="/api/docs",
        # As JSON only: the pages that Litestar could show fetch their scripts from other hosts.
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer"),
                "cookie": SecurityScheme(type="apiKey", security_scheme_in="cookie", name=COOKIE),
            }
        ),
        security=[{"token": []}, {"cookie": []}],
    )
