CREATE INDEX transactions_by_order ON transactions (order_id, id)
