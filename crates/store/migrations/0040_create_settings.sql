-- What the business has decided, as JSON: one row, 'business'. A member that is not there is as in a new installation.
CREATE TABLE IF NOT EXISTS settings (
    name VARCHAR(32) NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL
){wide}
