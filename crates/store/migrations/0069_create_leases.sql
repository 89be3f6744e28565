-- Who does a job that only one process does at a time, and until when: a holder that dies is followed when its time is up.
CREATE TABLE IF NOT EXISTS leases (
    name VARCHAR(32) NOT NULL PRIMARY KEY,
    holder VARCHAR(64) NOT NULL,
    held_until BIGINT NOT NULL
){narrow}
