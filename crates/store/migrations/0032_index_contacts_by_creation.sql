CREATE INDEX contacts_by_creation ON contacts (created_at, id)
