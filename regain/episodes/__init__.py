"""The thread of care, first contact to discharge."""
