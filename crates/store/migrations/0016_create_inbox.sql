-- One row for each message whose effects are done, written with them: this is what makes effects exactly-once.
CREATE TABLE IF NOT EXISTS inbox (
    message_id VARCHAR(64) NOT NULL PRIMARY KEY,
    handled_at BIGINT NOT NULL
){narrow}
