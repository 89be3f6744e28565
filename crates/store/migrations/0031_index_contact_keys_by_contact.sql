CREATE INDEX contact_keys_by_contact ON contact_keys (contact_id)
