/**
 * The sections of `config.toml`. This file holds the program's own (`[Settings]`, `[WebUI]`); the others are told in
 * `schema-servers.ts` (`[qBit-…]`, `[Transmission-…]`, …) and `schema-arrs.ts` (`[Radarr-…]`, …).
 *
 * Keys, defaults and meanings are those of the predecessor's schema 5.14.4, so that a search for a key of the file ends
 * here. Values carry the file's key names; times are seconds, sizes bytes, `null` means switched off or not set.
 */
import {isAbsolute} from 'node:path'
import {trimEnd} from '#lib/trim-end.ts'
import {
  choice,
  decimal,
  duration,
  durationOr,
  flag,
  optionalFlag,
  optionalText,
  secret,
  size,
  special,
  table,
  text,
  textList,
  whole,
  type ValuesOf,
} from './fields.ts'
import {NEVER_SECONDS} from './schema-servers.ts'

/** A program of this machine, as rules call it. */
interface NamedProgram {
  readonly name: string
  /** Absolute. */
  readonly path: string
}

/** The newest generation of the file that we know. */
export const CONFIG_VERSION = '5.14.4'

const consoleLevels = ['CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG', 'TRACE'] as const

export const settingsShape = {
  ConfigVersion: text('0.0.1', 'Generation of the file. The predecessor keeps it; it need not be set.', {
    inFile: JSON.stringify(CONFIG_VERSION),
  }),
  ConsoleLevel: choice(
    consoleLevels,
    'INFO',
    'How much is said on the console; the log file has everything.',
  ),
  Logging: flag(true, 'Write log files.'),
  CompletedDownloadFolder: optionalText('Root of the save paths of the categories, as the servers see it.'),
  FreeSpace: size(
    '-1',
    'Space that stays free; downloads that do not fit are stopped until they do. `G` and `GB` are of 1024 here ([units.md](units.md)).',
  ),
  FreeSpaceFolder: optionalText(
    'Folder whose volume is measured for `FreeSpace`, when its disk is ours too.',
  ),
  AutoPauseResume: flag(true, 'May torrents be stopped and started for space at all?', {ifBad: false}),
  NoInternetSleepTimer: duration('seconds', 15, 'Pause while there is no internet.'),
  LoopSleepTimer: duration('seconds', 5, 'Longest wait between two passes of an Arr manager.'),
  SearchLoopDelay: durationOr(
    30,
    'seconds',
    -1,
    'Wait between two search commands to one Arr, at least 5; -1 = 30.',
  ),
  FailedCategory: text('failed', 'Torrents moved to this category are treated as failed.'),
  RecheckCategory: text('recheck', 'Torrents moved to this category are rechecked once and moved back.'),
  Tagless: optionalFlag(
    'Write no tags such as `qBitrr-imported` on the servers; the database alone remembers. Absent: true, and false in a file with `ConfigVersion` or `[QBit]`, as qBitrr wrote it.',
    {inFile: 'false'},
  ),
  IgnoreTorrentsYoungerThan: duration('seconds', 180, 'Younger torrents are not evaluated.', {
    ifBad: NEVER_SECONDS,
  }),
  PingURLS: textList(
    ['one.one.one.one', 'dns.google.com'],
    'Hosts that show whether the internet is reachable.',
  ),
  WebhookUrl: special(
    'text',
    'an http or https address without user and query, such as "http://commodarr:6969"',
    '',
    '""',
    'Address of Commodarr as the Arrs reach it, with `UrlBase`: each is asked to call it when something happens. Empty = none is.',
    readWebhookUrl,
  ),
  FFprobeAutoUpdate: flag(true, 'Kept for the predecessor; Commodarr never downloads an ffprobe.'),
  FFprobePath: special<string | null>(
    'text',
    'an absolute path, or ""',
    null,
    '""',
    'The ffprobe that looks into media; absent: the one of the system.',
    readProgramPath,
  ),
  AutoUpdateEnabled: flag(false, 'Update the program automatically.', {acts: false}),
  AutoUpdateCron: text('0 3 * * 0', 'When, as a cron expression.', {acts: false}),
  AutoUpdateChannel: text('latest', 'Which releases.', {acts: false}),
  AutoRestartProcesses: flag(
    true,
    'Restart a manager that died. Off: it stays given up until you restart it, and no other manager with it.',
  ),
  MaxProcessRestarts: whole(5, 'At most so often within `ProcessRestartWindow`.', {min: 0, max: 10_000}),
  ProcessRestartWindow: duration('seconds', 300, 'Window in which restarts are counted.'),
  ProcessRestartDelay: duration('seconds', 5, 'Wait before a restart, at least 1 s.'),
  ProcessSpawnTimeoutSeconds: duration('seconds', 30, 'How long a manager may take to start, at least 5 s.'),
  Programs: special<readonly NamedProgram[]>(
    'table',
    'a table {name = "/path/of/a/program"}, names of letters, digits, ".", "_" and "-", paths absolute',
    [],
    '{}',
    'Programs of this machine that rules of administrators may start (`exec`), by name.',
    readPrograms,
  ),
  Torrent: table(
    {
      MaximumETA: durationOr(
        null,
        'seconds',
        86_400,
        'A download that would take longer than this counts as slow.',
        {ifBad: null},
      ),
      MaximumDeletablePercentage: decimal(
        0.95,
        'Above this share a torrent is not deleted for being slow.',
        {min: 0, max: 1},
        {ifBad: 0},
      ),
    },
    'For categories without an Arr.',
  ),
}
export type Settings = ValuesOf<typeof settingsShape>

const unsafe = 'This file does not say it; the safe value is in force. The predecessor took the unsafe one.'

export const webuiShape = {
  Host: text('127.0.0.1', 'Address to listen on; in a container 0.0.0.0 when absent.', {inFile: '"0.0.0.0"'}),
  Port: whole(6969, 'Port to listen on.', {min: 1, max: 65_535}),
  Token: secret('Token for programs, sent as `X-API-Token`, `X-Api-Key`, Bearer or the password of Basic.'),
  AuthDisabled: flag(false, 'Require no password.', {absentNotice: unsafe}),
  AllowInsecureExposure: flag(false, 'Listen beyond this machine although no password is required.', {
    absentNotice: unsafe,
  }),
  AllowInsecureTokenQuery: flag(false, 'Take the token from the address (`?token=`) too.', {
    absentNotice: unsafe,
  }),
  BehindHttpsProxy: flag(false, 'A proxy in front speaks HTTPS: cookies are marked secure.'),
  UrlBase: special(
    'text',
    'a path such as "/commodarr"',
    '',
    '""',
    'Path below which a proxy serves us, such as `/commodarr`.',
    readUrlBase,
  ),
  LocalAuthEnabled: flag(false, 'Log in with `Username` and password.'),
  OIDCEnabled: flag(false, 'Log in through an OpenID Connect provider.'),
  Username: optionalText('User of the local login.'),
  PasswordHash: secret('Its password as a bcrypt hash.'),
  AllowedHosts: textList([], 'Host names Commodarr answers to; empty = any.'),
  TrustedProxies: textList(
    [],
    'Addresses or ranges of reverse proxies whose `X-Forwarded-…` headers are believed.',
  ),
  ForwardedUserHeader: optionalText(
    'Header in which a proxy of `TrustedProxies` names who logged in there, such as `Remote-User`; takes `AllowedHosts`, too.',
  ),
  ForwardedUserRole: choice(
    ['', 'administrator', 'member', 'viewer'],
    '',
    'Role of a user whom such a proxy names for the first time; empty = an account is required here.',
  ),
  LiveArr: flag(true, 'The pages always show everything live.', {acts: false}),
  Theme: choice(
    ['Dark', 'Light'],
    'Dark',
    'Colours of the pages for users who have not set any; absent = as the device has them.',
  ),
  ViewDensity: choice(
    ['Comfortable', 'Compact'],
    'Comfortable',
    'Height of rows for users who have not set it.',
  ),
  OIDC: table(
    {
      Authority: optionalText('Address of the provider.'),
      ClientId: optionalText('Our id there.'),
      ClientSecret: secret('Our secret there.'),
      Scopes: text('openid profile', 'What we ask for.'),
      CallbackPath: text('/signin-oidc', 'Where the provider sends people back.'),
      RequireHttpsMetadata: flag(true, 'Refuse a provider without HTTPS.'),
      GroupsClaim: text('groups', 'Claim that lists the groups of a person.'),
      AdministratorGroups: textList([], 'Members of one of these groups are administrators.'),
      MemberGroups: textList([], 'Members of one of these groups have servers of their own.'),
      ViewerGroups: textList([], 'Members of one of these groups may look.'),
      DefaultRole: choice(
        ['', 'administrator', 'member', 'viewer'],
        '',
        'Role of users who are in none of these groups; empty = not let in.',
      ),
    },
    'OpenID Connect.',
  ),
}
export type WebUi = ValuesOf<typeof webuiShape>

/** '' or a path with a slash in front and none behind. */
function readUrlBase(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[\w\-./~]*$/.test(value.trim())) return undefined
  const path = value.trim().replace(/^\/+|\/+$/g, '')
  return path === '' ? '' : `/${path}`
}

function readProgramPath(value: unknown): string | null | undefined {
  if (typeof value !== 'string') return undefined
  const path = value.trim()
  if (path === '') return null
  return isAbsolute(path) ? path : undefined
}

/** '' or an address without a slash at its end. */
function readWebhookUrl(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = trimEnd(value.trim(), '/')
  if (text === '') return ''
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && !/[@?#\s]/.test(text)
  return isPlain ? text : undefined
}

function readPrograms(value: unknown): readonly NamedProgram[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const programs = Object.entries(value).map(([name, path]) => ({name, path: path as unknown}))
  const isWell = programs.every(
    ({name, path}) => /^[\w][\w.-]*$/.test(name) && typeof path === 'string' && isAbsolute(path),
  )
  return isWell ? (programs as readonly NamedProgram[]) : undefined
}
