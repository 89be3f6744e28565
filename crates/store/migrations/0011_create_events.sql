-- The journal: what happened, never deleted, and never changed but by an erasure (docs/decisions/0008). body is the whole
-- CloudEvent as it was sent.
CREATE TABLE IF NOT EXISTS events (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    type VARCHAR(32) NOT NULL,
    subject VARCHAR(32) NOT NULL,
    sequence BIGINT NOT NULL,
    occurred_at BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    CONSTRAINT events_subject UNIQUE (subject, sequence)
){wide}
