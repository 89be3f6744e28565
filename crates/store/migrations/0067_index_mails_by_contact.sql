CREATE INDEX mails_by_contact ON mails (contact_id, id)
