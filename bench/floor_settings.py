"""The product's server, database and template engine without its middleware and rooms: what the bare limits are served by."""

from regain.config.settings import *  # noqa: F403

MIDDLEWARE = []
INSTALLED_APPS = []
ROOT_URLCONF = "bench.floor"
