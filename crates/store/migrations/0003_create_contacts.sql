-- name_key is the name folded for sorting (no accents, no case) and cut to 100 characters; a list by name walks its index.
-- emails, phones, addresses and tags are JSON lists; what is looked up in them stands in contact_keys. merged_into is the
-- contact that has a merged one's orders.
CREATE TABLE IF NOT EXISTS contacts (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR(200) NOT NULL,
    name_key VARCHAR(100) NOT NULL,
    contact_name VARCHAR(200),
    emails MEDIUMTEXT NOT NULL,
    phones MEDIUMTEXT NOT NULL,
    addresses MEDIUMTEXT NOT NULL,
    language VARCHAR(8) NOT NULL,
    mail_opt_out BIGINT NOT NULL,
    vat_number VARCHAR(20),
    siren VARCHAR(9),
    siret VARCHAR(14),
    tags MEDIUMTEXT NOT NULL,
    notes MEDIUMTEXT,
    external_id VARCHAR(100),
    merged_into VARCHAR(32),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT contacts_external_id UNIQUE (external_id)
){wide}
