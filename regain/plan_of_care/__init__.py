"""Shared goals, sections, certification, equipment, home programme, discharge."""
