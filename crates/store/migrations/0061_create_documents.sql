-- What was made on paper, and the file. content is a digest of what it says: the same is made once. contact_id is whom it was
-- made out to, whoever the order belongs to now.
CREATE TABLE IF NOT EXISTS documents (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    kind VARCHAR(32) NOT NULL,
    language VARCHAR(2) NOT NULL,
    order_id VARCHAR(32) NOT NULL,
    contact_id VARCHAR(32) NOT NULL,
    transaction_id VARCHAR(32),
    order_version BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    file_name VARCHAR(200) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    content VARCHAR(64) NOT NULL,
    file MEDIUMBLOB NOT NULL,
    CONSTRAINT documents_content UNIQUE (content),
    CONSTRAINT documents_order FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT documents_contact FOREIGN KEY (contact_id) REFERENCES contacts (id)
){wide}
