-- Answers already given, by who asked and with which Idempotency-Key; written with the change that the answer tells of.
CREATE TABLE IF NOT EXISTS idempotency_keys (
    actor VARCHAR(64) NOT NULL,
    idempotency_key VARCHAR(255) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    status BIGINT NOT NULL,
    location VARCHAR(255),
    etag VARCHAR(64),
    body MEDIUMTEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (actor, idempotency_key)
){wide}
