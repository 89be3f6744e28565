-- The day on which the contact wants the order. No index: a list is narrowed by state or contact as well.
ALTER TABLE orders ADD COLUMN delivery_date VARCHAR(10)
