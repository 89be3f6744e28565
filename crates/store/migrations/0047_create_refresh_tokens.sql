-- Each refresh token that a session has had, as its SHA-256: one that comes a second time has been stolen.
CREATE TABLE IF NOT EXISTS refresh_tokens (
    token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    session_id VARCHAR(32) NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
){narrow}
