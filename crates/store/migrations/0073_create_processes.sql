-- What runs on this database: each process says every few seconds that it is there, and takes its row away when it stops. effects
-- is how many messages it did in its last minute. One process at a time also says how much waits in the queue (queue_*), which
-- with SQS nobody could read here otherwise; NULL for the others.
CREATE TABLE IF NOT EXISTS processes (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR(200) NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    effects BIGINT NOT NULL,
    queue_waiting BIGINT,
    queue_held BIGINT,
    queue_oldest_at BIGINT
){narrow}
