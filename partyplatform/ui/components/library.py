"""The tag library all component modules enter their tags into."""

from django.template import Library
from django.template.loader import get_template

register = Library()


def rendered(name, /, **context):
    """Return the HTML of components/<name>.html with exactly this context."""
    return get_template(f"components/{name}.html").render(context)
