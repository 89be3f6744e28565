CREATE INDEX dead_letters_by_message ON dead_letters (message_id, id)
