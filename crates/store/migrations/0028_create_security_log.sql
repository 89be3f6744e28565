-- Who signed in, who may do what, who took data out: never changed, never deleted. subject is the id of whom or what it is
-- about; address is where the request came from; detail is JSON.
CREATE TABLE IF NOT EXISTS security_log (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    kind VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    subject VARCHAR(64),
    address VARCHAR(64),
    detail MEDIUMTEXT NOT NULL,
    occurred_at BIGINT NOT NULL
){wide}
