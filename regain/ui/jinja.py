from jinja2 import Environment, StrictUndefined


def environment(**options):
    return Environment(**{"undefined": StrictUndefined, **options})
