CREATE INDEX contacts_by_name ON contacts (name_key, id)
