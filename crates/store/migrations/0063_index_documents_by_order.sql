CREATE INDEX documents_by_order ON documents (order_id, id)
