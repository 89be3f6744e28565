-- Messages given up on. open_key is the message id while the letter is open, NULL afterwards: one open letter a message.
-- fingerprint is the same for letters of one cause (domain/src/fingerprint.rs); edited_body is what a person sent instead.
CREATE TABLE IF NOT EXISTS dead_letters (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    open_key VARCHAR(64),
    message_id VARCHAR(64) NOT NULL,
    type VARCHAR(64) NOT NULL,
    subject VARCHAR(64),
    body MEDIUMTEXT NOT NULL,
    cause VARCHAR(32) NOT NULL,
    error MEDIUMTEXT NOT NULL,
    fingerprint VARCHAR(32) NOT NULL,
    receive_count BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    reason MEDIUMTEXT,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by VARCHAR(64),
    edited_body MEDIUMTEXT,
    CONSTRAINT dead_letters_open_key UNIQUE (open_key)
){wide}
