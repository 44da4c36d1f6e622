"""Where our token may go. An address in a body is a stranger's word: it must not make us call or tell anyone."""

import httpx

_PROVIDERS = ("fbsbx.com", "fbcdn.net", "whatsapp.net", "kapso.ai")


def is_known(url: httpx.URL, base: httpx.URL) -> bool:
    """True for the channel's own server (scheme, host and port), and for the providers' file servers over TLS."""
    if url.userinfo:
        return False
    if (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port):
        return True
    belongs = any(url.host == provider or url.host.endswith(f".{provider}") for provider in _PROVIDERS)
    return belongs and url.scheme == "https" and url.port is None
