-- The embedded queue, with the semantics of SQS. queue is 'main' or 'dead'. receipt changes with each receive.
CREATE TABLE IF NOT EXISTS queue_messages (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    queue VARCHAR(64) NOT NULL,
    message_id VARCHAR(64) NOT NULL,
    type VARCHAR(64) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    visible_at BIGINT NOT NULL,
    receive_count BIGINT NOT NULL,
    receipt VARCHAR(32)
){options}
