/** The payment methods, the most common first. */
export const METHODS = ["transfer", "card", "cash", "cheque", "direct_debit", "other"] as const
