-- Failures to sign in: of an account (by the SHA-256 of the address tried, whether there is such a user or not), and from a
-- network address.
CREATE TABLE IF NOT EXISTS sign_in_throttles (
    subject VARCHAR(80) NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL
){narrow}
