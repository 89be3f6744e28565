CREATE INDEX deliveries_subject ON deliveries (subject, id)
