"""The commands: parse arguments, call, render. No logic lives here; the only room that knows all others."""
