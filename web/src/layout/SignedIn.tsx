import { Center, Loader } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useEffect } from "react"
import { Navigate, Outlet, useLocation } from "react-router"
import { followEvents } from "@/api/live"
import { isTemporary } from "@/api/problem"
import { session, token } from "@/api/session"
import { useErrorText } from "@/lib/errors"
import { useStore } from "@/lib/store"
import { paths } from "@/paths"
import { Failed } from "@/ui/States"

/** The part of the application that needs a signed-in person. Others go to the sign-in, and come back afterwards. */
export function SignedIn() {
  const current = useStore(session)
  const location = useLocation()
  const resumed = useQuery({
    queryKey: ["session"],
    queryFn: async () => (await token()) !== null,
    enabled: current === "unknown",
    retry: (_, error) => isTemporary(error),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const failed = useErrorText(resumed.error)
  const inside = typeof current === "object"
  useEffect(() => {
    if (!inside) return
    const leaving = new AbortController()
    void followEvents(leaving.signal)
    return () => leaving.abort()
  }, [inside])

  if (inside) return <Outlet />
  if (current === "signed_out") {
    return <Navigate to={paths.signIn} replace state={{ from: location.pathname + location.search }} />
  }
  if (resumed.error) return <Failed {...failed} retry={() => void resumed.refetch()} />
  return (
    <Center h="100dvh">
      <Loader type="dots" />
    </Center>
  )
}
