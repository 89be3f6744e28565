CREATE INDEX search_terms_by_id ON search_terms (id, term)
