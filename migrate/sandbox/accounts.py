"""POST /users.json: making accounts, with the traps that staged ones hold."""

from __future__ import annotations

import hashlib
import re
import secrets

from . import dates, names
from .answers import Answer, Json, missing, ok
from .calls import Call
from .routes import route
from .store import Row

_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
TAKEN = "has already been taken"
ACTIVE = "Your account is activated and ready to use."
INACTIVE = "You’re almost done! An activation mail is on its way."


@route("POST", "/users", admin=True)
def create(call: Call) -> Answer:
    """Always 200, refused or not: only `success` and `user_id` tell."""
    for name in ("email", "username"):
        if call.text(name) is None:
            raise missing(name)
    username, email = call.text("username") or "", (call.text("email") or "").strip()
    if not call.site.settings["allow_new_registrations"]:
        return _refuse("New account registrations are not allowed at this time.")
    if names.reserved(username, call.site.settings):
        return _refuse("That username is not allowed.")
    staged = _owner(call, email, staged=True)
    errors = _errors(call, username, email, staged)
    if staged is not None:
        return _take_over(call, staged, username, email, errors)
    if errors == {"email": [TAKEN]} and call.site.settings["hide_email_address_taken"]:
        return ok({"success": True, "active": False, "message": INACTIVE})
    if errors:
        return _refuse_fields(call, errors)
    active = call.true("active")
    user_id = call.site.store.insert(
        "users",
        username=username,
        username_lower=username.lower(),
        name=call.text("name") or "",
        password=_scrambled(call.text("password") or ""),
        active=int(active),
        approved=int(call.true("approved") or not call.site.settings["must_approve_users"]),
        staged=int(call.true("staged") and not active),  # an active account loses the mark
        trust_level=call.site.settings["default_trust_level"],
        created_at=dates.now(),
    )
    call.site.store.insert("user_emails", email=email, email_lower=email.lower(), user_id=user_id)
    return _success(active, user_id)


def _take_over(call: Call, account: Row, username: str, email: str, errors: dict[str, list[str]]) -> Answer:
    """The address of a staged account again: the account changes hands, or is spoiled while refusing."""
    store, password, active = call.site.store, call.text("password") or "", call.true("active")
    if _same_password(account, password):
        errors = errors | {"password": ["is the same as your current password."]}
    if errors:
        store.update("users", account["id"], staged=0, active=0)
        return _refuse_fields(call, errors)
    store.update(
        "users",
        account["id"],
        username=username,
        username_lower=username.lower(),
        name=call.text("name") or account["name"],
        password=_scrambled(password),
        active=int(active),
        staged=int(call.true("staged") and not active),
    )
    return _success(active, account["id"])


def _errors(call: Call, username: str, email: str, staged: Row | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not _ADDRESS.fullmatch(email) and not call.true("staged"):
        found["email"] = ["is invalid."]
    elif staged is None and _owner(call, email, staged=False):
        found["email"] = [TAKEN]
    wrong = names.errors(username, call.site.settings)
    if taken(call, username, staged["id"] if staged else None):
        wrong.append("must be unique")
    if wrong:
        found["username"] = wrong
    shortest, password = call.site.settings["min_password_length"], call.text("password") or ""
    if not password:
        found["password"] = ["can't be blank"]
    elif len(password) < shortest:
        found["password"] = [f"is too short (minimum is {shortest} characters)"]
    return found


def taken(call: Call, username: str, but: int | None = None) -> bool:
    """Whether a user or a group has this name already; case does not matter."""
    store, name = call.site.store, username.lower()
    user_id = store.value("SELECT id FROM users WHERE username_lower = ?", name)
    group = store.value("SELECT 1 FROM groups WHERE name_lower = ?", name)
    return group is not None or user_id not in (None, but)


def _owner(call: Call, email: str, *, staged: bool) -> Row | None:
    sql = "SELECT users.* FROM users JOIN user_emails ON user_id = users.id WHERE email_lower = ? AND staged = ?"
    return call.site.store.one(sql, email.lower(), int(staged))


def _success(active: bool, user_id: int) -> Answer:
    return ok({"success": True, "active": active, "message": ACTIVE if active else INACTIVE, "user_id": user_id})


def _refuse(message: str) -> Answer:
    return ok({"success": False, "message": message})


def _refuse_fields(call: Call, errors: dict[str, list[str]]) -> Answer:
    words = {"email": "Primary email"}
    message = "\n".join(
        f"{words.get(name, name.capitalize())} {text}" for name, texts in errors.items() for text in texts
    )
    values: Json = {name: call.text(name) for name in ("name", "username", "email")}
    return ok({"success": False, "message": message, "errors": errors, "values": values, "is_developer": False})


def _scrambled(password: str) -> str:
    """Nobody can log in here; this only tells whether the same pass phrase was sent again."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(salt, password)}"


def _same_password(account: Row, password: str) -> bool:
    salt, _, kept = account["password"].partition("$")
    return bool(kept) and secrets.compare_digest(kept, _digest(salt, password))


def _digest(salt: str, password: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8", "replace"), salt.encode(), 1000).hex()
