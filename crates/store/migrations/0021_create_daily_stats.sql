-- Figures of a day in one currency, kept by differences from events. Amounts in minor units. A sum that is too
-- large is an error on MySQL, but on SQLite it would silently become a float, which nothing here can read: hence the CHECK.
CREATE TABLE IF NOT EXISTS daily_stats (
    day VARCHAR(10) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    orders BIGINT NOT NULL,
    orders_total BIGINT NOT NULL,
    payments BIGINT NOT NULL,
    payments_total BIGINT NOT NULL,
    refunds BIGINT NOT NULL,
    refunds_total BIGINT NOT NULL,
    PRIMARY KEY (day, currency),
    CONSTRAINT daily_stats_range CHECK (
        orders_total BETWEEN -9223372036854775807 AND 9223372036854775807
        AND payments_total BETWEEN -9223372036854775807 AND 9223372036854775807
        AND refunds_total BETWEEN -9223372036854775807 AND 9223372036854775807
    )
){narrow}
