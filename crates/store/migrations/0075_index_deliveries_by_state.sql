CREATE INDEX deliveries_by_state ON deliveries (state, next_attempt_at)
