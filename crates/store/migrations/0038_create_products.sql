-- name_key is the name folded for sorting, as contacts have it. Rates in hundredths of a per cent.
CREATE TABLE IF NOT EXISTS products (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    sku VARCHAR(64) NOT NULL,
    name VARCHAR(500) NOT NULL,
    name_key VARCHAR(100) NOT NULL,
    price BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    vat_rate BIGINT NOT NULL,
    unit VARCHAR(20),
    active BIGINT NOT NULL,
    external_id VARCHAR(100),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT products_sku UNIQUE (sku),
    CONSTRAINT products_external_id UNIQUE (external_id)
){wide}
