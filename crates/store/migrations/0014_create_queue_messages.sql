-- The embedded queue, with the semantics of SQS. queue is 'main' or 'dead'. receipt changes with each receive. body is NULL
-- when the message is the event of its id, as it stands in the journal.
CREATE TABLE IF NOT EXISTS queue_messages (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    queue VARCHAR(64) NOT NULL,
    message_id VARCHAR(64) NOT NULL,
    type VARCHAR(64) NOT NULL,
    body MEDIUMTEXT,
    sent_at BIGINT NOT NULL,
    visible_at BIGINT NOT NULL,
    receive_count BIGINT NOT NULL,
    receipt VARCHAR(32)
){wide}
