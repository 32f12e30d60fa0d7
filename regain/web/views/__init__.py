"""Pages that join rooms (`pages`) and the joint discharge (`discharge`)."""
