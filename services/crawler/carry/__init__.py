"""How a request reaches a server and its answer comes back: by HTTP/1.1 (aiohttp) or HTTP/2 (h2)."""
