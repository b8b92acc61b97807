"""The connections to PostgreSQL."""

from psycopg_pool import AsyncConnectionPool

CHECK_TIMEOUT_SECONDS = 1.0


class Database:
    """A pool of connections; `async with database.pool` opens and closes it."""

    def __init__(self, url: str) -> None:
        self.pool = AsyncConnectionPool(url, min_size=1, max_size=10, open=False)

    async def check(self) -> None:
        """Fails where the database does not answer."""
        async with self.pool.connection(timeout=CHECK_TIMEOUT_SECONDS) as connection:
            await connection.execute("SELECT 1")
