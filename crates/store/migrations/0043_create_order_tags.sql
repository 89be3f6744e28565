-- By which tag an order is found: in lower case, which can be longer than the tag. The tags as written are in orders.
CREATE TABLE IF NOT EXISTS order_tags (
    tag VARCHAR(100) NOT NULL,
    order_id VARCHAR(32) NOT NULL,
    PRIMARY KEY (tag, order_id),
    CONSTRAINT order_tags_order FOREIGN KEY (order_id) REFERENCES orders (id)
){narrow}
