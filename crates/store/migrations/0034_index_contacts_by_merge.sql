CREATE INDEX contacts_by_merge ON contacts (merged_into)
