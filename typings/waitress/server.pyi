from socket import socket

from _typeshed.wsgi import WSGIApplication

class Adjustments:
    outbuf_high_watermark: int

class HTTPChannel:
    total_outbufs_len: int

class BaseWSGIServer:
    adj: Adjustments
    active_channels: dict[int, HTTPChannel]
    effective_host: str
    effective_port: int
    def run(self) -> None: ...
    def close(self) -> None: ...

def create_server(
    application: WSGIApplication,
    *,
    host: str = ...,
    port: int = ...,
    sockets: list[socket] = ...,
    listen: str = ...,
    threads: int = ...,
    ident: str | None = ...,
    connection_limit: int = ...,
    channel_timeout: int = ...,
    max_request_body_size: int = ...,
    outbuf_overflow: int = ...,
    channel_request_lookahead: int = ...,
    inbuf_overflow: int = ...,
    clear_untrusted_proxy_headers: bool = ...,
) -> BaseWSGIServer: ...
