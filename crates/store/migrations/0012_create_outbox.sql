-- Messages not yet handed to the queue. body is NULL when the message is the event of the same id, as it stands in the
-- journal. Ids and types are as long as a dead letter's: those of foreign messages are sent again through here. A row is leased by moving available_at into the future and stamping lease; it is deleted once sent.
CREATE TABLE IF NOT EXISTS outbox (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    type VARCHAR(64) NOT NULL,
    body MEDIUMTEXT,
    available_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    lease VARCHAR(32)
){wide}
