CREATE INDEX contacts_by_update ON contacts (updated_at, id)
