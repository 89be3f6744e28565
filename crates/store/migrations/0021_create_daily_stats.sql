-- Figures of a day in one currency, kept by differences from events. Amounts in minor units.
CREATE TABLE IF NOT EXISTS daily_stats (
    day VARCHAR(10) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    orders BIGINT NOT NULL,
    orders_total BIGINT NOT NULL,
    payments BIGINT NOT NULL,
    payments_total BIGINT NOT NULL,
    refunds BIGINT NOT NULL,
    refunds_total BIGINT NOT NULL,
    PRIMARY KEY (day, currency)
){options}
