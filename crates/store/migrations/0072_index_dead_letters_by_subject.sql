CREATE INDEX dead_letters_by_subject ON dead_letters (subject, id)
