import type { RouteObject } from "react-router"
import { paths } from "@/paths"

export const deskRoutes: RouteObject[] = [
  { path: paths.deadLetters, lazy: () => import("./DeskPage") },
  { path: paths.deadLetter(":id"), lazy: () => import("./DeadLetterPage") },
]
