-- Where webhooks are sent. event_types is a JSON list, empty for all; secrets are sealed. A deleted endpoint's row goes; its
-- deliveries stay, and find no endpoint any more.
CREATE TABLE IF NOT EXISTS webhook_endpoints (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    url VARCHAR(2000) NOT NULL,
    description VARCHAR(200),
    event_types MEDIUMTEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    secret VARCHAR(255) NOT NULL,
    previous_secret VARCHAR(255),
    previous_secret_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
){wide}
