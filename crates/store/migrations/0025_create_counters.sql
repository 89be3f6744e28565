-- What a number is given out with stands beside it, copied from the settings, so that an order reads both at once: how it is
-- written, and the days until an order is due. changes goes up when they change: who has numbers in reserve then lets go.
CREATE TABLE IF NOT EXISTS counters (
    name VARCHAR(32) NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL,
    format VARCHAR(64) NOT NULL,
    payment_terms_days BIGINT,
    changes BIGINT NOT NULL
){narrow}
