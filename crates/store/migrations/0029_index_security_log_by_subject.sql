CREATE INDEX security_log_by_subject ON security_log (subject, id)
