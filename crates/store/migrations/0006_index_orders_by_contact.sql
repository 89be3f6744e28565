CREATE INDEX orders_by_contact ON orders (contact_id, ordered_at, id)
