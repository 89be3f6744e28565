import { useMutation, useQuery } from "@tanstack/react-query"
import { api, data, ifMatch } from "@/api/client"
import type { Contact, Order } from "@/api/generated/schema"
import { invalidate, read, store } from "@/api/read"

export function useContact(id: string) {
  return useQuery({
    ...read("/api/v1/contacts/{id}", { path: { id } }),
    enabled: id !== "",
  })
}

/** The contacts that may be the same as this one. */
export function useDuplicates(id: string) {
  return useQuery({
    ...read("/api/v1/contacts/{id}/duplicates", { path: { id } }),
    select: (answer) => answer.candidates,
  })
}

/** All orders of a contact, page after page: what it owes is their sum. */
export function useOrdersOf(id: string) {
  const query = { contact_id: id, limit: 200 }
  return useQuery({
    queryKey: [...read("/api/v1/orders", { query }).queryKey, "all"],
    queryFn: async ({ signal }) => {
      const orders: Order[] = []
      let cursor: string | null | undefined
      do {
        const params = { query: { ...query, ...(cursor ? { cursor } : {}) } }
        const page = await data(api.GET("/api/v1/orders", { params, signal }))
        orders.push(...page.items)
        cursor = page.next_cursor
      } while (cursor)
      return orders
    },
  })
}

/** Puts a contact that the server has just answered with into the cache, and marks all lists of contacts as old. */
export function storeContact(contact: Contact): void {
  store("/api/v1/contacts/{id}", { path: { id: contact.id } }, contact)
  void invalidate("contacts")
}

export function useArchive() {
  return useMutation({
    mutationFn: ({ contact, restore }: { contact: Contact; restore: boolean }) =>
      data(
        api.POST(restore ? "/api/v1/contacts/{id}/restore" : "/api/v1/contacts/{id}/archive", {
          params: { path: { id: contact.id }, header: ifMatch(contact.version) },
        }),
      ),
    onSuccess: storeContact,
  })
}
