-- A user's TOTP secret, sealed (docs/decisions/0009-sign-in.md). In use once confirmed; last_step is the last 30 seconds of
-- which a code was taken, so that none is taken twice.
CREATE TABLE IF NOT EXISTS second_factors (
    user_id VARCHAR(32) NOT NULL PRIMARY KEY,
    sealed_secret VARCHAR(255) NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
){narrow}
