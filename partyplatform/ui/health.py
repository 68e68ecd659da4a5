"""Two pages for the machinery around the service; they tell nothing but ok or 不可用."""

from django.db import Error, connection
from django.http import HttpResponse

PLAIN = "text/plain; charset=utf-8"


def live(request):
    """The process answers."""
    return HttpResponse("ok", content_type=PLAIN)


def ready(request):
    """The process answers and reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("不可用", content_type=PLAIN, status=503)
    return HttpResponse("ok", content_type=PLAIN)
