"""The register put together from its settings: database, keys, migrations."""
