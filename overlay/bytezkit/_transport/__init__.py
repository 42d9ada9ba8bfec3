"""Network I/O: the only folder that imports httpx, httpcore or aiohttp."""
