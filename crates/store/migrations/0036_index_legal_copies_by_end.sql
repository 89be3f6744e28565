CREATE INDEX legal_copies_by_end ON legal_copies (keep_until)
