-- What mails say, where somebody has changed it. Texts that are NULL: what the program brings; the row stays, so that a version
-- is never given twice.
CREATE TABLE IF NOT EXISTS mail_templates (
    kind VARCHAR(32) NOT NULL,
    language VARCHAR(8) NOT NULL,
    version BIGINT NOT NULL,
    subject MEDIUMTEXT,
    text_body MEDIUMTEXT,
    html_body MEDIUMTEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (kind, language)
){wide}
