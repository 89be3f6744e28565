-- Mails to contacts, under the ids of their deliveries. What was sent is NULL until it was; of one that is sent again, the texts
-- stand there before. resent_of is the mail of which it is a repetition that somebody (resent_by) asked for.
CREATE TABLE IF NOT EXISTS mails (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    kind VARCHAR(32) NOT NULL,
    contact_id VARCHAR(32) NOT NULL,
    order_id VARCHAR(32) NOT NULL,
    message_id VARCHAR(320) NOT NULL,
    resent_of VARCHAR(32),
    resent_by VARCHAR(64),
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    language VARCHAR(8),
    sender MEDIUMTEXT,
    recipient_name MEDIUMTEXT,
    recipient MEDIUMTEXT,
    subject MEDIUMTEXT,
    document_id VARCHAR(32),
    text_body MEDIUMTEXT,
    html_body MEDIUMTEXT
){wide}
