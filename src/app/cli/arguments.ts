/** What the command line and the environment ask for. The command line wins. */
import {existsSync, readFileSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {parseArgs} from 'node:util'
import {didYouMean} from '#lib/did-you-mean.ts'

/** Where the configuration and what we keep ourselves lie; `undefined` = looked for in the usual places. */
export interface PlaceOptions {
  readonly config: string | undefined
  readonly data: string | undefined
}

export interface StartOptions extends PlaceOptions {
  readonly demo: boolean
  /** The rules of the configuration begin by only telling what they would do. */
  readonly observe: boolean
  /** It may begin with an empty database where it ran before. */
  readonly fresh: boolean
  readonly host: string | undefined
  readonly port: number | undefined
  readonly color: boolean
}

export interface CheckOptions extends StartOptions {
  /** Every server and Arr that is on is asked, too. */
  readonly connect: boolean
  /** It is told what will be different from qBitrr, whatever the file looks like. */
  readonly fromQbitrr: boolean
}

type Asked =
  | {readonly command: 'help' | 'version'}
  | {readonly command: 'wrong'; readonly message: string}
  | {readonly command: 'serve'; readonly options: StartOptions}
  | {readonly command: 'check-config'; readonly options: CheckOptions}
  | {readonly command: 'backup'; readonly file: string | undefined; readonly options: PlaceOptions}
  | {readonly command: 'restore'; readonly file: string; readonly options: PlaceOptions}
  | {
      readonly command: 'migrate'
      readonly to: string
      readonly force: boolean
      readonly options: PlaceOptions
    }
  | {readonly command: 'reset-password'; readonly name: string; readonly options: PlaceOptions}
  | {readonly command: 'rotate-key'; readonly options: PlaceOptions}
  | {
      readonly command: 'replay'
      /** Id; `undefined` = all of them. */
      readonly rule: string | undefined
      readonly days: number
      readonly options: PlaceOptions
    }

export const usage = `Commodarr commands a fleet of torrent servers.

  npm start                                start on the configuration found (or on none)
  npm start -- --demo                      start with a simulated fleet, to look around
  npm start -- check-config                print every finding about the configuration, and stop; --connect asks every server
                                           and Arr that is on; --from-qbitrr lists the differences from qBitrr
  npm start -- backup [FILE]               write what Commodarr keeps into one file, also while it runs
  npm start -- restore FILE                put a backup in the place of the database; what was there is kept
  npm start -- migrate --to ADDRESS|FILE   move everything to another database: postgres://user:password@host/name,
                                           or a SQLite file; --force replaces what is there
  npm start -- reset-password NAME         a one-time token for a new password, for a user who cannot log in
  npm start -- rotate-key                  encrypt the secrets in the database with a new key
  npm start -- replay [RULE]               what today's rules would decide otherwise than was decided in the last
                                           thirty days, from the facts of then; --days N looks further back, or less

Stop Commodarr first, except for backup, replay and check-config.

Options
  --config FILE   configuration file (COMMODARR_CONFIG); usual places: ./config.toml, ./.config/config.toml, /config
  --data DIR      folder for what Commodarr keeps itself (COMMODARR_DATA); default: "commodarr" beside the configuration
  --host HOST     address to listen on (COMMODARR_HOST, WebUI.Host); only loopback while no login is required
  --port PORT     port to listen on (COMMODARR_PORT, WebUI.Port); default 6969
  --observe       the rules of the configuration only report what they would do, until an administrator confirms
  --fresh         begin with an empty database although Commodarr ran here before; nothing is deleted
  --demo          a simulated fleet of four servers; no configuration is read, nothing is kept
  --help, --version

The database is commodarr.db in the data folder, or PostgreSQL by its address in DATABASE_URL.`

/** As long as people remember what they wondered at. */
const USUAL_DAYS = 30

const options = {
  demo: {type: 'boolean', default: false},
  observe: {type: 'boolean', default: false},
  fresh: {type: 'boolean', default: false},
  connect: {type: 'boolean', default: false},
  'from-qbitrr': {type: 'boolean', default: false},
  config: {type: 'string'},
  data: {type: 'string'},
  host: {type: 'string'},
  port: {type: 'string'},
  to: {type: 'string'},
  force: {type: 'boolean', default: false},
  days: {type: 'string'},
  help: {type: 'boolean', short: 'h', default: false},
  version: {type: 'boolean', short: 'v', default: false},
} as const
type Options = Readonly<Record<string, {readonly type: 'boolean' | 'string'} | undefined>>

type Environment = Readonly<Record<string, string | undefined>>

export function readArguments(args: readonly string[], env: Environment): Asked {
  const ofNpm = flagsOfNpm(args, env)
  if ('wrong' in ofNpm) return wrong(ofNpm.wrong)
  let parsed
  try {
    // What stands behind the second `--` wins.
    parsed = parseArgs({args: [...ofNpm, ...args], allowPositionals: true, options})
  } catch (error) {
    return wrong((error as Error).message)
  }
  const {values, positionals} = parsed
  if (values.help) return {command: 'help'}
  if (values.version) return {command: 'version'}
  const [command = 'serve', ...words] = positionals
  const problem = problemOf(command, words, values)
  if (problem !== null) return wrong(problem)
  const port = portOf(values.port, '--port') ?? portOf(env['COMMODARR_PORT'], 'COMMODARR_PORT')
  if (typeof port === 'string') return wrong(port)
  const place = {
    config: fromWhereOneStands(values.config, env) ?? nonEmpty(env['COMMODARR_CONFIG']),
    data: fromWhereOneStands(values.data, env) ?? nonEmpty(env['COMMODARR_DATA']),
  }
  const word = words[0]
  const file = fromWhereOneStands(word, env)
  switch (command) {
    case 'backup':
      return {command, file, options: place}
    case 'restore':
      return {command, file: file!, options: place}
    case 'migrate':
      return {
        command,
        to: isAddress(values.to!) ? values.to! : fromWhereOneStands(values.to!, env),
        force: values.force,
        options: place,
      }
    case 'reset-password':
      return {command, name: word!, options: place}
    case 'rotate-key':
      return {command, options: place}
    case 'replay':
      return {command, rule: word, days: Number(values.days ?? USUAL_DAYS), options: place}
    default: {
      const color = process.stdout.isTTY && !env['NO_COLOR']
      const host = values.host ?? nonEmpty(env['COMMODARR_HOST'])
      const {demo, observe, fresh} = values
      const start = {...place, demo, observe, fresh, host, port, color}
      if (command !== 'check-config') return {command: 'serve', options: start}
      return {command, options: {...start, connect: values.connect, fromQbitrr: values['from-qbitrr']}}
    }
  }
}

/** npm changes into the folder of the project before it starts us; a person means the one they stand in. */
function fromWhereOneStands<T extends string | undefined>(path: T, env: Environment): T | string {
  const stands = env['npm_lifecycle_event'] === 'start' ? nonEmpty(env['INIT_CWD']) : undefined
  return path === undefined || path === '' || stands === undefined ? path : resolve(stands, path)
}

function isAddress(text: string): boolean {
  return /^[a-z]+:\/\//i.test(text)
}

interface Values {
  readonly to?: string
  readonly days?: string
  readonly force: boolean
  readonly observe: boolean
  readonly fresh: boolean
  readonly connect: boolean
  readonly 'from-qbitrr': boolean
}

function problemOf(
  command: string,
  words: readonly string[],
  {to, force, observe, fresh, connect, days, 'from-qbitrr': fromQbitrr}: Values,
): string | null {
  const takes = commands.get(command)
  if (takes === undefined) {
    const known = [...commands.keys()].filter((name) => name !== 'serve').map((name) => `"${name}"`)
    return `"${command}" is not a command. There are ${known.join(', ')}, or none to start.`
  }
  if (words.length < takes.least || words.length > takes.most) return `"${command}" takes ${takes.what}.`
  if (days !== undefined && command !== 'replay') return '--days belongs to "replay".'
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days))
    return `--days is "${days}"; it is a whole number of days from 1 to 9999.`
  if (observe && command !== 'serve') return '--observe belongs to a start.'
  if (fresh && command !== 'serve') return '--fresh belongs to a start.'
  if ((connect || fromQbitrr) && command !== 'check-config')
    return '--connect and --from-qbitrr belong to "check-config".'
  if (command === 'migrate')
    return to === undefined || to === '' ? '"migrate" needs --to ADDRESS or --to FILE.' : null
  return to !== undefined || force ? '--to and --force belong to "migrate".' : null
}

/** What may stand behind each command. */
const commands = new Map([
  ['serve', {least: 0, most: 0, what: 'nothing more'}],
  ['check-config', {least: 0, most: 0, what: 'nothing more'}],
  ['backup', {least: 0, most: 1, what: 'one file, or none'}],
  ['restore', {least: 1, most: 1, what: 'one file'}],
  ['migrate', {least: 0, most: 0, what: 'only options'}],
  ['reset-password', {least: 1, most: 1, what: 'the name of a user'}],
  ['rotate-key', {least: 0, most: 0, what: 'nothing more'}],
  ['replay', {least: 0, most: 1, what: 'the id of one rule, or nothing'}],
])

function wrong(message: string): Asked {
  return {command: 'wrong', message}
}

/** The number, a sentence about what is wrong with it, or nothing when it is not set. 0 = any free port. */
function portOf(text: string | undefined, name: string): number | string | undefined {
  if (text === undefined || text === '') return undefined
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  return `${name} is "${text}"; a port is a whole number from 0 (any free one) to 65535.`
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/* ───────────────────────────── npm ───────────────────────────── */

/**
 * Flags of npm's own, from npm 10 and 11: of these a variable says nothing about us. Where one of them could be meant for
 * us it is refused below.
 */
const ofNpm = new Set(
  (
    'access all allow-directory allow-file allow-git allow-remote allow-same-version allow-scripts ' +
    'allow-scripts-pending allow-scripts-pin also audit audit-level auth-type before bin-links browser bypass-2fa ca ' +
    'cache cache-max cache-min cafile call cert cidr color commit-hooks cpu dangerously-allow-all-scripts depth ' +
    'description dev diff diff-dst-prefix diff-ignore-all-space diff-name-only diff-no-prefix diff-src-prefix diff-text ' +
    'diff-unified editor engine-strict expect-result-count expect-results expires fetch-retries fetch-retry-factor ' +
    'fetch-retry-maxtimeout fetch-retry-mintimeout fetch-timeout force foreground-scripts format-package-lock fund git ' +
    'git-tag-version global global-prefix global-style globalconfig heading https-proxy if-present ignore-scripts include ' +
    'include-attestations include-staged include-workspace-root init-author-email init-author-name init-author-url ' +
    'init-license init-module init-private init-type init-version init.author.email init.author.name init.author.url ' +
    'init.license init.module init.version install-links install-strategy json key legacy-bundling legacy-peer-deps ' +
    'libc link local-address local-prefix location lockfile-version loglevel logs-dir logs-max long maxsockets message ' +
    'min-release-age min-release-age-exclude name node-gyp node-options noproxy npm-version offline omit ' +
    'omit-lockfile-registry-resolved only optional orgs orgs-permission os otp pack-destination package package-lock ' +
    'package-lock-only packages packages-all packages-and-scopes-permission parseable password prefer-dedupe ' +
    'prefer-offline prefer-online prefix preid production progress provenance provenance-file proxy rebuild-bundle ' +
    'registry replace-registry-host save save-bundle save-dev save-exact save-optional save-peer save-prefix save-prod ' +
    'sbom-format sbom-type scope scopes script-shell searchexclude searchlimit searchopts searchstaleness shell ' +
    'shrinkwrap sign-git-commit sign-git-tag strict-allow-scripts strict-peer-deps strict-ssl tag tag-version-prefix ' +
    'timing token-description umask unicode update-notifier usage user-agent userconfig version versions viewer which ' +
    'workspace workspaces workspaces-update yes'
  )
    .split(' ')
    .map(asVariable),
)

/** Of what builds native packages, and goes by such variables, too: people have them in their images. */
const ofBuilds = new Set(
  (
    'arch build-from-source debug devdir dist-url disturl fallback-to-build jobs msvs-version nodedir platform python ' +
    'release runtime target target-arch target-libc target-platform'
  )
    .split(' ')
    .map(asVariable),
)

/** Of npm's own, and people would mean `--observe` by them. */
const meansObserve = new Set(['dry_run', 'read_only'])

/**
 * Settings of npm that it makes of ours, by the command that has ours: `--to` begins its `--token-description` (since
 * npm 11), and `--days` is `-d -a -y -s` to it.
 */
const takenFor: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  migrate: {force: '--force', token_description: '--to'},
  replay: {all: '--days'},
}

const PREFIX = 'npm_config_'

/**
 * What `npm start --observe` (without the second `--`) keeps for itself: npm hands flags on as variables, `--x=y` with its
 * value, `--x y` as `true` (and `y` as a word of the command), and one that begins a flag of its own as that. Nothing of
 * it may be dropped: without `--observe` rules act. So each is honoured, or refused with the right spelling.
 * @returns them as they would stand on the command line, or what is wrong with them
 */
function flagsOfNpm(args: readonly string[], env: Environment): readonly string[] | {readonly wrong: string} {
  if (env['npm_lifecycle_event'] !== 'start') return []
  const command = args.find((it) => !it.startsWith('-'))
  const takes = command === undefined ? undefined : takenFor[command]
  const flags: string[] = []
  for (const [name, value] of keptBy(env)) {
    const flag = name.replaceAll('_', '-')
    const option = (options as Options)[flag]
    if (value === '' && (option !== undefined || meansObserve.has(name))) {
      // `--no-observe` is as if nothing was said.
    } else if (takes?.[name] !== undefined && value !== '' && !args.includes(takes[name])) {
      return {wrong: `npm kept ${takes[name]} for itself. Write: npm start -- ${command} ${takes[name]} …`}
    } else if (name === 'force') {
      // npm's own, and people may have it in their settings.
    } else if (option?.type === 'boolean') {
      if (value !== 'true')
        return {wrong: `npm took "${value}" for the value of --${flag}. Write: npm start -- --${flag}`}
      flags.push(`--${flag}`)
    } else if (option?.type === 'string') {
      if (value === 'true') return {wrong: `npm kept --${flag} for itself. Write: npm start -- --${flag} …`}
      flags.push(`--${flag}=${value}`)
    } else {
      const why = whyRefused(value === '' ? `no_${name}` : name, env, Object.keys(options))
      if (why !== null) return {wrong: why}
    }
  }
  return flags
}

/** What npm says of its flags and settings. An empty value is that of `--no-x`, and of most that are not set. */
function keptBy(env: Environment): [name: string, value: string][] {
  return Object.entries(env).flatMap(([variable, value]) =>
    variable.startsWith(PREFIX) && value !== undefined
      ? [[variable.slice(PREFIX.length), value] as [string, string]]
      : [],
  )
}

/** `null` = it is none of our business. */
function whyRefused(variable: string, env: Environment, ours: readonly string[]): string | null {
  const flag = `--${variable.replaceAll('_', '-')}`
  if (meansObserve.has(variable))
    return `npm kept ${flag} for itself, and Commodarr would act. Was it meant to be: npm start -- --observe?`
  // yarn and pnpm hand on settings of theirs, and flags as they are.
  if (!(env['npm_config_user_agent'] ?? '').startsWith('npm/')) return null
  const setting = variable.replace(/^no_/, '')
  const known = [ofNpm, ofBuilds, settingsOfFiles(env)]
  if ([variable, setting].some((it) => known.some((names) => names.has(it)))) return null
  const near = didYouMean(setting, ours)
  const hint =
    near === ''
      ? `Commodarr has no such option. npm start -- --help lists its options. (You did not set it? Then the variable ` +
        `${PREFIX}${variable} sets it.)`
      : `Was it meant to be: npm start -- --${near}?`
  return `npm kept ${flag} for itself. ${hint}`
}

/** npm hands on each line of its files, also what it does not know. */
function settingsOfFiles(env: Environment): ReadonlySet<string> {
  const project = env['npm_config_local_prefix']
  const files = [
    env['npm_config_userconfig'],
    env['npm_config_globalconfig'],
    project === undefined ? undefined : join(project, '.npmrc'),
    // What whoever packaged npm gave it.
    env['npm_execpath'] === undefined ? undefined : join(dirname(env['npm_execpath']), '..', 'npmrc'),
  ].filter((file) => file !== undefined && existsSync(file))
  const lines = files.flatMap((file) => readFileSync(file!, 'utf8').split('\n'))
  return new Set(
    lines.map((line) =>
      asVariable(
        line
          .split('=')[0]!
          .replace(/\[\]\s*$/, '')
          .trim(),
      ),
    ),
  )
}

function asVariable(key: string): string {
  return key.replaceAll('-', '_').toLowerCase()
}
