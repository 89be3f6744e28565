/** The currencies that are offered in a choice. Another one comes from the settings or the order itself. */
export const CURRENCIES = ["EUR", "USD", "GBP", "CHF", "CAD", "JPY"]
