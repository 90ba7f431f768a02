"""Password hashing sized for a hall of people who sign in within the same minute."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's minimum of 2023: 19 MiB, 2 passes, 1 lane; about 20 ms here."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
