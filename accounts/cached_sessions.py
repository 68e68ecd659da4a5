"""Sessions read from Redis and kept in the database, for installations with SESSIONS_IN_REDIS.

The database decides, Redis spares it being asked: a copy counts for a minute after it was made, by our own clock. The
account says in its row which login is the living one (accounts.sessions), so no copy outlives a logout or another login
at all; one whose id was changed meanwhile, while Redis could not be told, ends with its minute.

A copy is signed together with the id it belongs to, and lies under a digest of the id: whoever reads Redis learns no
id, whoever writes to it can neither make a session nor give one person that of another. Decision 0060.
"""

import hashlib

from django.core import signing
from django.core.cache import caches
from django.db import transaction

from accounts import session_store

FRESH_SECONDS = 60  # a session in use is written as often, and copied anew (accounts.sessions.STAMP_EVERY)
ASK_THE_DATABASE = ""


class SessionStore(session_store.SessionStore):
    """Whatever Redis does not know, or nobody vouches for any more, is read from the database."""

    def load(self):
        place = _place(self.session_key)
        if copied := self._read(place):
            return copied
        data = super().load()
        if data:  # only where nothing lies: what another request has written since is newer
            caches["sessions"].add(place, self._sealed(data, place), FRESH_SECONDS)
        return data

    def save(self, must_create=False):
        super().save(must_create)
        place = _place(self.session_key)
        self._put(place, self._sealed(self._get_session(no_load=must_create), place))

    def delete(self, session_key=None):
        key = session_key or self.session_key
        super().delete(session_key)
        if key:  # not taken away: whoever reads the row at this moment would put it back
            self._put(_place(key), ASK_THE_DATABASE)

    def _put(self, place, text):
        """Write once the transaction around has committed: what was undone never lies in Redis."""
        transaction.on_commit(lambda: caches["sessions"].set(place, text, FRESH_SECONDS))

    def _sealed(self, data, place):
        return signing.dumps(data, salt=self.key_salt + place, serializer=self.serializer, compress=True)

    def _read(self, place):
        text, salt = caches["sessions"].get(place), self.key_salt + place
        if not isinstance(text, str):
            return None
        try:
            return signing.loads(text, salt=salt, serializer=self.serializer, max_age=FRESH_SECONDS)
        except signing.BadSignature:
            return None


def _place(session_key):
    return hashlib.sha256(session_key.encode()).hexdigest()
