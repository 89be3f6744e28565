-- Confirmed orders as they were before an edit, whole, as the API showed them. Written once, never changed.
CREATE TABLE IF NOT EXISTS order_revisions (
    order_id VARCHAR(32) NOT NULL,
    revision BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    replaced_by VARCHAR(64) NOT NULL,
    PRIMARY KEY (order_id, revision),
    CONSTRAINT order_revisions_order FOREIGN KEY (order_id) REFERENCES orders (id)
){wide}
