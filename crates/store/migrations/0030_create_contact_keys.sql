-- Whole values by which contacts are filtered and duplicates noticed: e-mails, phones, VAT numbers, SIRENs, names, tags, towns,
-- countries, each in the form in which it is compared (domain/src/contact_keys.rs). Merged and erased contacts have none.
CREATE TABLE IF NOT EXISTS contact_keys (
    kind VARCHAR(12) NOT NULL,
    value VARCHAR(254) NOT NULL,
    contact_id VARCHAR(32) NOT NULL,
    PRIMARY KEY (kind, value, contact_id)
){narrow}
