CREATE INDEX order_tags_by_order ON order_tags (order_id)
