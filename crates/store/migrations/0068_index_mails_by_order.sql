CREATE INDEX mails_by_order ON mails (order_id, id)
