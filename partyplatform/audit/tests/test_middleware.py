import pytest
from django.http import HttpResponse

from partyplatform.audit.middleware import RequestContext, address_of, masked
from partyplatform.requestinfo import client_address


@pytest.mark.parametrize(
    ("address", "shown"),
    (
        ("10.3.24.7", "10.3.*.*"),
        ("2001:db8:12:34::1", "2001:0db8:0012:*"),
        ("::ffff:10.3.24.7", "10.3.*.*"),
        ("", ""),
        ("unix:", ""),
        ("10.3.24.7\n", ""),
    ),
)
def test_an_address_is_masked(address, shown):
    assert masked(address) == shown


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    (
        (0, "1.1.1.1", "9.9.9.9"),
        (0, "", "9.9.9.9"),
        (1, "", "9.9.9.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.1", "1.1.1.1"),
        (2, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1, ", "9.9.9.9"),
    ),
)
def test_forwarded_addresses_are_believed_of_our_own_proxies_only(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="9.9.9.9", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert address_of(request) == expected


def test_the_address_is_known_during_the_request_only(rf):
    seen = []

    def view(request):
        seen.append(client_address.get())
        return HttpResponse()

    RequestContext(view)(rf.get("/", REMOTE_ADDR="10.3.24.7"))
    assert (seen, client_address.get()) == (["10.3.*.*"], "")
