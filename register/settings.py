"""The settings, all from the environment: `REGISTER_DATA_DIR` and so on."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVER_ROLE = "register_app"
"""What a server may do on PostgreSQL; `register migrate` makes the role."""


class Settings(BaseSettings):
    """A description says what the README's table says."""

    model_config = SettingsConfigDict(env_prefix="REGISTER_", extra="ignore")

    data_dir: Path = Field(
        default=Path("data"), description="Folder for the database, the keys and the logs"
    )
    database_url: SecretStr | None = Field(
        default=None, description="SQLAlchemy URL; a SQLite file in the data folder if not set"
    )
    master_key: SecretStr | None = Field(
        default=None,
        description="Master keys as `version:64 hex digits`, with commas between; "
        "else the file `keys/master` in the data folder",
    )
    index_key: SecretStr | None = Field(
        default=None,
        description="Key of the blind index, 64 hex digits; "
        "else the file `keys/index` in the data folder",
    )
    policies_dir: Path | None = Field(
        default=None, description="Folder of further policy packs, `<policy>/<date>.toml`"
    )
    queue_size: int = Field(
        default=1000, ge=1, description="How many may wait to write before a 503"
    )

    def url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir.absolute() / 'register.sqlite'}"

    def role(self) -> str | None:
        return SERVER_ROLE if self.url().startswith("postgresql") else None
