import { useMutation, useQuery } from "@tanstack/react-query"
import { api, data, ifMatch } from "@/api/client"
import type { Contact, Order } from "@/api/generated/schema"
import { queries } from "@/api/queries"

export function useContact(id: string) {
  return useQuery({
    queryKey: ["contacts", id],
    enabled: id !== "",
    queryFn: ({ signal }) => data(api.GET("/api/v1/contacts/{id}", { params: { path: { id } }, signal })),
  })
}

export function useDuplicates(id: string) {
  return useQuery({
    queryKey: ["contacts", id, "duplicates"],
    queryFn: async ({ signal }) =>
      (await data(api.GET("/api/v1/contacts/{id}/duplicates", { params: { path: { id } }, signal })))
        .candidates,
  })
}

/** All orders of a contact: what it owes is in them. */
export function useOrdersOf(id: string) {
  return useQuery({
    queryKey: ["contacts-balance", id],
    queryFn: async ({ signal }) => {
      const orders: Order[] = []
      let cursor: string | null | undefined
      do {
        const query = { contact_id: id, limit: 200, ...(cursor ? { cursor } : {}) }
        const page = await data(api.GET("/api/v1/orders", { params: { query }, signal }))
        orders.push(...page.items)
        cursor = page.next_cursor
      } while (cursor)
      return orders
    },
  })
}

/** The server's answer is what everyone shows from now on. */
export function keepContact(contact: Contact): void {
  queries.setQueryData(["contacts", contact.id], contact)
  void queries.invalidateQueries({ queryKey: ["contacts"] })
}

export function useArchive() {
  return useMutation({
    mutationFn: ({ contact, restore }: { contact: Contact; restore: boolean }) =>
      data(
        api.POST(restore ? "/api/v1/contacts/{id}/restore" : "/api/v1/contacts/{id}/archive", {
          params: { path: { id: contact.id }, header: ifMatch(contact.version) },
        }),
      ),
    onSuccess: keepContact,
  })
}
