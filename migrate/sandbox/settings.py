"""Site settings: what clients may see of them, and changing them."""

from __future__ import annotations

from .answers import Json, unprocessable
from .setting_table import PREPARED, Setting, Value, table
from .store import Store


class Settings:
    """The values in force. Read by attribute-like look-up: `settings["min_post_length"]` is typed."""

    def __init__(self, store: Store, later: bool) -> None:
        self._store = store
        self._table = table(later)
        self._values = {setting.name: setting.default for setting in self._table.values()}
        self._values |= {row["name"]: row["value"] for row in store.all("SELECT name, value FROM site_settings")}

    def __getitem__(self, name: str) -> Value:
        return self._table[name].typed(self._values[name])

    def groups(self, name: str) -> set[int]:
        """The ids that a list of groups names."""
        return {int(group) for group in self._values[name].split("|") if group.isdecimal()}

    def change(self, name: str, value: str) -> None:
        """What an administrator asks for; RefusalError (422): no such setting, a hidden one, or a wrong value."""
        setting = self._table.get(name)
        if setting is None:
            raise unprocessable(f"No setting named '{name}' exists")
        if setting.hidden:
            raise unprocessable("You are not allowed to change hidden settings")
        self._put(setting, value)

    def prepare(self) -> None:
        """Set what an operator sets for a migration."""
        for name, value in PREPARED.items():
            if name in self._table:
                self._put(self._table[name], value)

    def _put(self, setting: Setting, value: str) -> None:
        value = _checked(setting, value)
        self._store.run("REPLACE INTO site_settings (name, value) VALUES (?, ?)", setting.name, value)
        self._values[setting.name] = value

    def for_clients(self) -> Json:
        return {name: self[name] for name, setting in self._table.items() if setting.public}

    def for_admins(self) -> list[Json]:
        return [
            {
                "setting": name,
                "description": "",
                "default": setting.default,
                "value": self._values[name],
                "category": setting.category,
                "preview": None,
                "secret": False,
                "type": setting.type,
            }
            for name, setting in self._table.items()
            if not setting.hidden
        ]


def _checked(setting: Setting, value: str) -> str:
    if setting.type == "bool":
        return "true" if value in ("true", "t", "1") else "false"
    if setting.choices and value not in setting.choices:
        raise unprocessable("value")
    if setting.lowest is None:
        return value
    number = int(value) if value.removeprefix("-").isdecimal() and len(value) < 12 else None
    if number is None or not setting.lowest <= number <= setting.highest:
        raise unprocessable(f"{setting.name}: Value must be between {setting.lowest} and {setting.highest}.")
    return str(number)
