-- Keys of programs, as SHA-256. prefix is what people see of one; per_minute is its own limit of requests.
CREATE TABLE IF NOT EXISTS api_keys (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    role VARCHAR(16) NOT NULL,
    prefix VARCHAR(16) NOT NULL,
    secret_hash VARCHAR(64) NOT NULL,
    per_minute BIGINT,
    created_by VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT api_keys_secret_hash UNIQUE (secret_hash)
){narrow}
