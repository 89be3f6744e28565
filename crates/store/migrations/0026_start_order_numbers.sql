-- The next order number to give out. Four digits from the first order on.
INSERT INTO counters (name, value, format, changes) VALUES ('order_number', 1001, 'O-{number}', 0)
