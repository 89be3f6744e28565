-- What the law wants kept of a contact that was erased, for each order that counts: whom it was for, as JSON, until a day.
CREATE TABLE IF NOT EXISTS legal_copies (
    order_id VARCHAR(32) NOT NULL PRIMARY KEY,
    contact_id VARCHAR(32) NOT NULL,
    buyer MEDIUMTEXT NOT NULL,
    keep_until VARCHAR(10) NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT legal_copies_order FOREIGN KEY (order_id) REFERENCES orders (id)
){wide}
