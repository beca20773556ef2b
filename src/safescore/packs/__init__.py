"""Packs: found, read and linked."""
