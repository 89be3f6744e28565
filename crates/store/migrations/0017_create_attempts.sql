-- Each failed attempt at a message, kept for whoever reads its dead letter.
CREATE TABLE IF NOT EXISTS attempts (
    message_id VARCHAR(64) NOT NULL,
    id VARCHAR(32) NOT NULL,
    failed_at BIGINT NOT NULL,
    error MEDIUMTEXT NOT NULL,
    PRIMARY KEY (message_id, id)
){wide}
