"""All that is derived from declarations: JSON Schemas, forms, palette cards."""
