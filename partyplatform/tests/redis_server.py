"""A Redis of its own for the tests that need one: on a socket in a folder, keeping nothing."""

import signal
import subprocess
import tempfile
import time
from pathlib import Path

import redis


class RedisServer:
    """Started once by whoever wants it. Stopped, it has forgotten everything; fallen silent, nothing."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self._socket = Path(self._folder.name, "socket")
        self.url = f"unix://{self._socket}"
        self.client = redis.Redis.from_url(self.url)
        self.start()

    def start(self):
        place = ["--port", "0", "--unixsocket", self._socket, "--dir", self._folder.name]
        self._process = subprocess.Popen(["redis-server", *place, "--save", ""], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._socket.exists():
            assert self._process.poll() is None, "redis-server does not start"
            assert time.monotonic() < deadline, "redis-server says nothing"
            time.sleep(0.01)

    def stop(self):
        self._process.terminate()
        self._process.wait()

    def fall_silent(self):
        self._process.send_signal(signal.SIGSTOP)

    def speak_again(self):
        self._process.send_signal(signal.SIGCONT)

    def close(self):
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()
