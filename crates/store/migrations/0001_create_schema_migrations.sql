-- Which of these files have been run. The only table that may exist before its own row does.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL
){narrow}
