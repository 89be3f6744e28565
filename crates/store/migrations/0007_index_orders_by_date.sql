CREATE INDEX orders_by_date ON orders (ordered_at, id)
