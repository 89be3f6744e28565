-- Files sent to be imported. process is whose task it is: that process says every second that it lives (heard_at); an import of
-- which nothing was heard for a while is dead. cancel asks that process to stop.
CREATE TABLE IF NOT EXISTS imports (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    process VARCHAR(64) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    dry_run BIGINT NOT NULL,
    skip_bad BIGINT NOT NULL,
    cancel BIGINT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    error MEDIUMTEXT,
    created_by VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,
    ended_at BIGINT
){wide}
