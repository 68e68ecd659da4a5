"""An S3 of its own for the tests that need one: real requests, a bucket for each test."""

import secrets

from moto.server import ThreadedMotoServer

NOBODY = "http://127.0.0.1:1"
SECRET = "secret-of-the-bucket"


class ObjectStorage:
    """Started once by whoever wants it; `use` gives the settings of an installation that keeps its files there."""

    def __init__(self):
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        self.address = "http://{}:{}".format(*self._server.get_host_and_port())

    def use(self, settings, tmp_path):
        """Let an installation begin with an empty bucket."""
        settings.VAR_DIR = tmp_path
        settings.FILES_S3_BUCKET, settings.FILES_S3_ENDPOINT = f"files-{secrets.token_hex(8)}", self.address
        settings.FILES_S3_PREFIX, settings.FILES_S3_REGION = "platform", "us-east-1"
        settings.FILES_S3_ACCESS_KEY, settings.FILES_S3_SECRET_KEY = "key-of-the-bucket", SECRET
        settings.FILES_PLACE = "partyplatform.uploads.objects.Objects"
        settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "partyplatform.uploads.objects.Bucket"}}

    def close(self):
        self._server.stop()
