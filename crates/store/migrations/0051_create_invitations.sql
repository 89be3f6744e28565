-- Links by which a person chooses a password: to become a user (user_id is NULL), or as a user who has lost theirs. open_key is
-- the e-mail address while the link is good, NULL afterwards: one good link an address.
CREATE TABLE IF NOT EXISTS invitations (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    open_key VARCHAR(254),
    token_hash VARCHAR(64) NOT NULL,
    user_id VARCHAR(32),
    email VARCHAR(254) NOT NULL,
    name VARCHAR(200) NOT NULL,
    role VARCHAR(16) NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT invitations_token_hash UNIQUE (token_hash),
    CONSTRAINT invitations_open_key UNIQUE (open_key)
){narrow}
