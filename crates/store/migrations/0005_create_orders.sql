-- tags is a JSON list, NULL when there are none. Amounts are kept beside the lines they follow from: lists and figures read them without the lines. refund_pending is what
-- refunds under way have claimed; refunded + refund_pending never exceeds received.
CREATE TABLE IF NOT EXISTS orders (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    number VARCHAR(64) NOT NULL,
    contact_id VARCHAR(32) NOT NULL,
    state VARCHAR(16) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    reference VARCHAR(100),
    notes MEDIUMTEXT,
    tags MEDIUMTEXT,
    external_id VARCHAR(100),
    ordered_at BIGINT NOT NULL,
    due_on VARCHAR(10),
    net BIGINT NOT NULL,
    total BIGINT NOT NULL,
    received BIGINT NOT NULL,
    refunded BIGINT NOT NULL,
    refund_pending BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT orders_number UNIQUE (number),
    CONSTRAINT orders_external_id UNIQUE (external_id),
    CONSTRAINT orders_contact FOREIGN KEY (contact_id) REFERENCES contacts (id)
){wide}
