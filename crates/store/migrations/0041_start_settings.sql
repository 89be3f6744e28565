INSERT INTO settings (name, version, body) VALUES ('business', 1, '{}')
