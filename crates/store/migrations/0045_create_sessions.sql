-- Who is signed in, on which device. Kept for a while after its end, so that a person can see what was there.
CREATE TABLE IF NOT EXISTS sessions (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    user_id VARCHAR(32) NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_why VARCHAR(32),
    address VARCHAR(64),
    user_agent VARCHAR(200)
){narrow}
