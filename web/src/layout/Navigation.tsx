import { Divider, NavLink, Text } from "@mantine/core"
import {
  IconActivity,
  IconBox,
  IconCash,
  IconHome,
  IconInbox,
  IconKey,
  IconMail,
  IconMailCog,
  IconSettings,
  IconShieldCheck,
  IconShoppingCart,
  IconUserCog,
  IconUsers,
  IconWebhook,
} from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { NavLink as RouterLink } from "react-router"
import type { Role } from "@/api/generated/schema"
import { useHasRole } from "@/lib/may"
import type { words } from "@/lib/words/en"
import { paths } from "@/paths"
import classes from "./Frame.module.css"

type Entry = { to: string; word: keyof typeof words.common.nav; icon: typeof IconHome; key?: string }

/** `key` follows `g`. */
export const SECTIONS: { word?: "system" | "administration"; role: Role; entries: Entry[] }[] = [
  {
    role: "viewer",
    entries: [
      { to: paths.today, word: "today", icon: IconHome, key: "t" },
      { to: paths.orders, word: "orders", icon: IconShoppingCart, key: "o" },
      { to: paths.contacts, word: "contacts", icon: IconUsers, key: "c" },
      { to: paths.transactions, word: "transactions", icon: IconCash, key: "m" },
      { to: paths.products, word: "products", icon: IconBox, key: "p" },
    ],
  },
  {
    word: "system",
    role: "manager",
    entries: [
      { to: paths.deadLetters, word: "dead_letters", icon: IconInbox, key: "d" },
      { to: paths.mails, word: "mails", icon: IconMail },
      { to: paths.webhooks, word: "webhooks", icon: IconWebhook, key: "w" },
      { to: paths.operations, word: "operations", icon: IconActivity, key: "x" },
    ],
  },
  {
    word: "administration",
    role: "admin",
    entries: [
      { to: paths.users, word: "users", icon: IconUserCog, key: "u" },
      { to: paths.apiKeys, word: "api_keys", icon: IconKey },
      { to: paths.securityLog, word: "security_log", icon: IconShieldCheck },
      { to: paths.settings, word: "settings", icon: IconSettings, key: "s" },
      { to: paths.templates, word: "templates", icon: IconMailCog },
    ],
  },
]

export function Navigation({ onGo }: { onGo: () => void }) {
  const { t } = useTranslation()
  const may = {
    viewer: useHasRole("viewer"),
    clerk: useHasRole("clerk"),
    manager: useHasRole("manager"),
    admin: useHasRole("admin"),
  }
  return (
    <nav className={classes.nav} aria-label={t("nav.main")}>
      {SECTIONS.filter((section) => may[section.role]).map((section) => (
        <div key={section.word ?? "work"}>
          {section.word ? (
            <>
              <Divider my="xs" />
              <Text size="xs" c="dimmed" fw={600} px="sm" pb={4}>
                {t(`nav.${section.word}`)}
              </Text>
            </>
          ) : null}
          {section.entries.map(({ to, word, icon: Icon }) => (
            <NavLink
              key={to}
              component={RouterLink}
              to={to}
              end={to === paths.today}
              label={t(`nav.${word}`)}
              leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
              onClick={onGo}
              py={6}
            />
          ))}
        </div>
      ))}
    </nav>
  )
}
