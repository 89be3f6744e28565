-- What must leave the building because of an event, to one receiver. body is the event where the journal does not have it
-- (a test), NULL otherwise.
CREATE TABLE IF NOT EXISTS deliveries (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    event_id VARCHAR(32) NOT NULL,
    subject VARCHAR(64) NOT NULL,
    target VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT,
    error MEDIUMTEXT,
    body MEDIUMTEXT,
    created_at BIGINT NOT NULL,
    done_at BIGINT
){wide}
