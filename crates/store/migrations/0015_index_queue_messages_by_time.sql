CREATE INDEX queue_messages_by_time ON queue_messages (queue, visible_at, id)
