/** How money moves, in the order of how often. */
export const METHODS = ["transfer", "card", "cash", "cheque", "direct_debit", "other"] as const
