"""Writes of the plan (`planning`) and of the joint discharge (`discharging`)."""
