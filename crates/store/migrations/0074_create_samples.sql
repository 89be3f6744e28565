-- How much there was to do, once a minute; for a week. queue_waiting is NULL where the queue did not answer, oldest_seconds where
-- nothing waited.
CREATE TABLE IF NOT EXISTS samples (
    minute BIGINT NOT NULL PRIMARY KEY,
    events BIGINT NOT NULL,
    effects BIGINT NOT NULL,
    outbox_waiting BIGINT NOT NULL,
    queue_waiting BIGINT,
    oldest_seconds BIGINT,
    dead_letters_open BIGINT NOT NULL
){narrow}
