"""Regain: one open record for occupational and physical therapy."""

__version__ = "0.1.0"
