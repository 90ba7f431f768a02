"""The edge of the server process: requests, sockets and threads between Twisted and Django."""
