CREATE INDEX security_log_by_kind ON security_log (kind, id)
