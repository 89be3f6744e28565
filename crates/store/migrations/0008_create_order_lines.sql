-- The present lines; former ones are in order_revisions. Quantities in thousandths, rates in hundredths of a per cent.
CREATE TABLE IF NOT EXISTS order_lines (
    order_id VARCHAR(32) NOT NULL,
    position BIGINT NOT NULL,
    description VARCHAR(500) NOT NULL,
    sku VARCHAR(64),
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    discount_amount BIGINT,
    discount_percent BIGINT,
    vat_rate BIGINT NOT NULL,
    net BIGINT NOT NULL,
    PRIMARY KEY (order_id, position),
    CONSTRAINT order_lines_order FOREIGN KEY (order_id) REFERENCES orders (id)
){narrow}
