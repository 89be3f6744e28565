CREATE TABLE IF NOT EXISTS transactions (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    order_id VARCHAR(32) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    amount BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    method VARCHAR(16) NOT NULL,
    reference VARCHAR(100),
    value_date VARCHAR(10) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT transactions_order FOREIGN KEY (order_id) REFERENCES orders (id)
){narrow}
