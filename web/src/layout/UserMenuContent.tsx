import { Menu as MantineMenu, SegmentedControl, Stack, Text, useMantineColorScheme } from "@mantine/core"
import { IconKeyboard, IconLogout, IconUser } from "@tabler/icons-react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router"
import { queries } from "@/api/queries"
import { signOut } from "@/api/session"
import { useNotifyFailure } from "@/lib/errors"
import { chooseLanguage, LANGUAGES, type Language } from "@/lib/language"
import { useUser } from "@/lib/may"
import { paths } from "@/paths"
import { UserMenuButton } from "./UserMenuButton"

/** The content of the user menu: profile, language, appearance, sign-out. */
export default function UserMenuContent({ onHelp }: { onHelp: () => void }) {
  const { t, i18n } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const navigate = useNavigate()
  const notifyFailure = useNotifyFailure()
  const user = useUser()
  const leave = () =>
    signOut().then(() => {
      queries.clear()
      navigate(paths.signIn)
    }, notifyFailure)
  return (
    <MantineMenu width={260} position="bottom-end" defaultOpened>
      <MantineMenu.Target>
        <UserMenuButton />
      </MantineMenu.Target>
      <MantineMenu.Dropdown>
        <MantineMenu.Label>
          {user?.name} · {user ? t(`roles.${user.role}`) : ""}
        </MantineMenu.Label>
        <MantineMenu.Item leftSection={<IconUser size={16} />} onClick={() => navigate(paths.profile)}>
          {t("nav.profile")}
        </MantineMenu.Item>
        <MantineMenu.Item leftSection={<IconKeyboard size={16} />} onClick={onHelp} rightSection="?">
          {t("help")}
        </MantineMenu.Item>
        <MantineMenu.Divider />
        <Stack gap={6} px="sm" py={4}>
          <Text size="xs" id="menu-language">
            {t("language")}
          </Text>
          <SegmentedControl
            size="xs"
            aria-labelledby="menu-language"
            value={i18n.language}
            onChange={(language) => void chooseLanguage(language as Language)}
            data={LANGUAGES.map((language) => ({ value: language, label: t(`languages.${language}`) }))}
          />
          <Text size="xs" id="menu-theme">
            {t("theme")}
          </Text>
          <SegmentedControl
            size="xs"
            aria-labelledby="menu-theme"
            value={colorScheme}
            onChange={(scheme) => setColorScheme(scheme as typeof colorScheme)}
            data={(["light", "dark", "auto"] as const).map((scheme) => ({
              value: scheme,
              label: t(`themes.${scheme}`),
            }))}
          />
        </Stack>
        <MantineMenu.Divider />
        <MantineMenu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          {t("sign_out")}
        </MantineMenu.Item>
      </MantineMenu.Dropdown>
    </MantineMenu>
  )
}
