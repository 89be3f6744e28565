-- Codes for the day on which the telephone is gone, as SHA-256; each good for once.
CREATE TABLE IF NOT EXISTS recovery_codes (
    user_id VARCHAR(32) NOT NULL,
    code_hash VARCHAR(64) NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, code_hash)
){narrow}
