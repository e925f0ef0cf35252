"""Where the records lie: one SQLCipher file, or PostgreSQL; keys, migrations, copies."""
