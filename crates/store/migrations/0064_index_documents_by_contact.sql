CREATE INDEX documents_by_contact ON documents (contact_id)
