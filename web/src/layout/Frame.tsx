import { AppShell, Box, Burger, Button, Group, Kbd } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { IconSearch } from "@tabler/icons-react"
import { lazy, Suspense, useEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, Outlet, useLocation } from "react-router"
import { paths } from "@/paths"
import { ConnectionAlert } from "./ConnectionAlert"
import classes from "./Frame.module.css"
import { Navigation } from "./Navigation"
import { Menu } from "./UserMenu"
import { useShortcuts } from "./useShortcuts"

const Palette = lazy(() => import("./Palette"))
const Help = lazy(() => import("./Help"))

/** The frame around every screen: header, navigation, shortcuts, dialogs. */
export function Frame() {
  const { t } = useTranslation()
  const [open, menu] = useDisclosure()
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  useShortcuts({ find: () => setPalette(true), help: () => setHelp(true) })
  useFocusOnNewScreen()
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !open } }}
      padding="md"
    >
      <a className={classes.skip} href="#main">
        {t("skip")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={t("menu")} />
            <Link to={paths.today} className={classes.brand}>
              <img src="/icon.svg" alt="" width={26} height={26} />
              <Box visibleFrom="xs">Comptoir</Box>
            </Link>
          </Group>
          <Button
            variant="default"
            className={classes.find}
            w={{ base: "auto", sm: 300 }}
            leftSection={<IconSearch size={16} aria-hidden />}
            rightSection={<Kbd visibleFrom="sm">/</Kbd>}
            onClick={() => setPalette(true)}
          >
            {t("search_or_go")}
          </Button>
          <Menu onHelp={() => setHelp(true)} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar component="div" p="xs">
        <Navigation onGo={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <ConnectionAlert />
        <Outlet />
      </AppShell.Main>
      <Suspense>
        {palette ? <Palette onClose={() => setPalette(false)} /> : null}
        {help ? <Help onClose={() => setHelp(false)} /> : null}
      </Suspense>
    </AppShell>
  )
}

/** Focuses the heading of a new screen, so that a screen reader announces it. */
function useFocusOnNewScreen() {
  const { pathname } = useLocation()
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    const timer = setTimeout(() => {
      const nowhere =
        !document.activeElement ||
        document.activeElement === document.body ||
        document.activeElement.closest("nav")
      if (nowhere) document.getElementById("page-title")?.focus({ preventScroll: true })
    }, 80)
    return () => clearTimeout(timer)
  }, [pathname])
}
