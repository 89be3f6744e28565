CREATE INDEX deliveries_target ON deliveries (target, id)
