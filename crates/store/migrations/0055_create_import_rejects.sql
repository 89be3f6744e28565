-- The rows of an import that could not be accepted, with the reasons, as CSV: of its file, and of its file of lines.
CREATE TABLE IF NOT EXISTS import_rejects (
    import_id VARCHAR(32) NOT NULL,
    part VARCHAR(16) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (import_id, part)
){wide}
