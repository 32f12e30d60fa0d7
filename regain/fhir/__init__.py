"""The door for machines: routes, search, bundles."""
