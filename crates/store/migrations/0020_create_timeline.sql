-- What happened to a contact or an order, for a person to read; made from events by the worker.
CREATE TABLE IF NOT EXISTS timeline (
    subject VARCHAR(32) NOT NULL,
    event_id VARCHAR(32) NOT NULL,
    type VARCHAR(32) NOT NULL,
    occurred_at BIGINT NOT NULL,
    actor VARCHAR(64) NOT NULL,
    about VARCHAR(32) NOT NULL,
    summary VARCHAR(500) NOT NULL,
    PRIMARY KEY (subject, event_id)
){narrow}
