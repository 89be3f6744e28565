-- Words by which a contact or an order is found. via: 'n' a contact's name, 'c' an order's contact's name, '' anything else.
-- Searching is a range of the primary key: (kind, term between prefix and its end).
CREATE TABLE IF NOT EXISTS search_terms (
    kind VARCHAR(8) NOT NULL,
    term VARCHAR(32) NOT NULL,
    id VARCHAR(32) NOT NULL,
    via VARCHAR(1) NOT NULL,
    PRIMARY KEY (kind, term, id, via)
){narrow}
