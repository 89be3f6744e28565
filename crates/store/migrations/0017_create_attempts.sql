-- Each attempt at a message that failed, and each at a delivery; kept for whoever asks what happened to it. status is what the
-- receiver answered (HTTP, SMTP), error is NULL where it went well.
CREATE TABLE IF NOT EXISTS attempts (
    message_id VARCHAR(64) NOT NULL,
    id VARCHAR(32) NOT NULL,
    made_at BIGINT NOT NULL,
    duration_ms BIGINT,
    status BIGINT,
    error MEDIUMTEXT,
    PRIMARY KEY (message_id, id)
){wide}
