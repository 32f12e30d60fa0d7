"""The door for people: root urls, pages that join rooms, worklists."""
