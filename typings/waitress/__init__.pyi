# What the command line uses of waitress.
from _typeshed.wsgi import WSGIApplication

from waitress.server import create_server as create_server

def serve(
    app: WSGIApplication,
    *,
    host: str = ...,
    port: int = ...,
    listen: str = ...,
    threads: int = ...,
    ident: str | None = ...,
    connection_limit: int = ...,
    channel_timeout: int = ...,
    max_request_body_size: int = ...,
    clear_untrusted_proxy_headers: bool = ...,
) -> None: ...
