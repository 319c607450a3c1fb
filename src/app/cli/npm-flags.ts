/**
 * What `npm start --observe` (without the second `--`) keeps for itself: npm hands flags on as variables, `--x=y` with its
 * value, `--x y` as `true` (and `y` as a word of the command), and one that begins a flag of its own as that. Nothing of
 * it may be dropped: without `--observe` rules act. So each is honoured, or refused with the right spelling.
 */
import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {didYouMean} from '#lib/did-you-mean.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Of ours, as `parseArgs` takes them. */
type Options = Readonly<Record<string, {readonly type: 'boolean' | 'string'}>>

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

/** As they would stand on the command line, or what is wrong with them. */
export function flagsOfNpm(
  args: readonly string[],
  env: Environment,
  options: Options,
): readonly string[] | {readonly wrong: string} {
  if (env['npm_lifecycle_event'] !== 'start') return []
  const command = args.find((it) => !it.startsWith('-'))
  const takes = command === undefined ? undefined : takenFor[command]
  const flags: string[] = []
  for (const [name, value] of keptBy(env)) {
    const option = options[name]
    if (value === '' && (option !== undefined || meansObserve.has(name))) {
      // `--no-observe` is as if nothing was said.
    } else if (takes?.[name] !== undefined && value !== '' && !args.includes(takes[name])) {
      return {wrong: `npm kept ${takes[name]} for itself. Write: npm start -- ${command} ${takes[name]} …`}
    } else if (name === 'force') {
      // npm's own, and people may have it in their settings.
    } else if (option?.type === 'boolean') {
      if (value !== 'true')
        return {wrong: `npm took "${value}" for the value of --${name}. Write: npm start -- --${name}`}
      flags.push(`--${name}`)
    } else if (option?.type === 'string') {
      if (value === 'true') return {wrong: `npm kept --${name} for itself. Write: npm start -- --${name} …`}
      flags.push(`--${name}=${value}`)
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
      ? `Commodarr has no such option. npm start -- --help names those it has. (Nobody wrote it? Then the variable ` +
        `${PREFIX}${variable} says so.)`
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
