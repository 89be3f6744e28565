CREATE INDEX outbox_by_time ON outbox (available_at, id)
