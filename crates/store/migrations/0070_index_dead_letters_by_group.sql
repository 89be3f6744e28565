CREATE INDEX dead_letters_by_group ON dead_letters (state, fingerprint, id)
