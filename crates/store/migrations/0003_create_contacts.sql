-- name_key is the name folded for sorting (no accents, no case) and cut to 100 characters; a list by name walks its index.
CREATE TABLE IF NOT EXISTS contacts (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR(200) NOT NULL,
    name_key VARCHAR(100) NOT NULL,
    contact_name VARCHAR(200),
    email VARCHAR(254),
    phone VARCHAR(50),
    language VARCHAR(8) NOT NULL,
    vat_number VARCHAR(20),
    street VARCHAR(200),
    postal_code VARCHAR(20),
    city VARCHAR(100),
    region VARCHAR(100),
    country VARCHAR(100),
    notes MEDIUMTEXT,
    external_id VARCHAR(100),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT contacts_external_id UNIQUE (external_id)
){wide}
