CREATE INDEX dead_letters_by_state ON dead_letters (state, id)
