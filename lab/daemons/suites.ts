/**
 * Where the programs of each Debian release live: the host's own packages when the host is that release, else a
 * chroot. A chroot lies outside the clone (`/var/cache/commodarr-lab`, or `COMMODARR_LAB_CACHE`), because it is large
 * and the same for every clone. Made by `provision.ts`.
 */
import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

export const suites = ['bookworm', 'trixie', 'sid'] as const
export type Suite = (typeof suites)[number]

export type Program =
  | 'qbittorrent-nox'
  | 'transmission-daemon'
  | 'rtorrent'
  | 'deluged'
  | 'deluge-web'
  | 'nginx'
  | 'openssl'

/** Without these programs a suite is not ready. */
export const daemonPrograms = [
  'qbittorrent-nox',
  'transmission-daemon',
  'rtorrent',
  'deluged',
  'deluge-web',
] as const satisfies readonly Program[]

export function cacheFolder(): string {
  return process.env['COMMODARR_LAB_CACHE'] ?? '/var/cache/commodarr-lab'
}

/** The release of this machine; `null` when it is not one of ours. */
export function hostSuite(): Suite | null {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return suites.find((suite) => new RegExp(`^VERSION_CODENAME="?${suite}"?$`, 'm').test(release)) ?? null
}

/** Root of the suite's file tree as we see it: '' = the host itself. */
export function suiteRoot(suite: Suite): string {
  return suite === hostSuite() ? '' : join(cacheFolder(), suite)
}

/** Their Debian packages. */
export const daemonPackages = ['qbittorrent-nox', 'transmission-daemon', 'rtorrent', 'deluged', 'deluge-web']
/** How a chroot is made. One that was made in another way is made again. */
export const chrootRecipe = `debootstrap minbase, ${daemonPackages.join(' ')}\n`

/** Written when a chroot is complete: the recipe it was made by. */
export function readyMark(suite: Suite): string {
  return join(cacheFolder(), `${suite}.ready`)
}

/** Where a program lies as we see it, `null` = not installed. */
export function programPath(suite: Suite, program: Program): string | null {
  const found = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'].map((folder) =>
    join(suiteRoot(suite) || '/', folder, program),
  )
  return found.find((path) => existsSync(path)) ?? null
}

export function isReady(suite: Suite): boolean {
  const isComplete = suite === hostSuite() || (isOfTodaysRecipe(suite) && process.getuid?.() === 0)
  return isComplete && daemonPrograms.every((program) => programPath(suite, program) !== null)
}

function isOfTodaysRecipe(suite: Suite): boolean {
  const mark = readyMark(suite)
  return existsSync(mark) && readFileSync(mark, 'utf8') === chrootRecipe
}

/** Suites whose daemons can be started now; of those that `COMMODARR_SUITES` names (`trixie,sid`), where it is set. */
export function readySuites(): Suite[] {
  return suites.filter((suite) => isWanted(suite) && isReady(suite))
}

function isWanted(suite: Suite): boolean {
  const wish = process.env['COMMODARR_SUITES']
  return wish === undefined || wish.split(',').some((name) => name.trim() === suite)
}

/** The command line that runs a program of this suite in `folder` (as the suite sees it). */
export function commandOf(suite: Suite, program: string, args: readonly string[], folder: string): string[] {
  const root = suiteRoot(suite)
  const command = ['env', '-C', folder, program, ...args]
  return root === '' ? command : ['chroot', root, ...command]
}

const versions = new Map<string, string>()

/** What the program says of itself: `4.5.2`, `4.1.0-beta.2`, `0.9.8`. */
export function programVersion(suite: Suite, program: Program): string {
  const key = `${suite} ${program}`
  const known = versions.get(key)
  if (known !== undefined) return known
  const said = versionText(suite, program)
  const version = /(?:v|version|transmission-daemon|deluged|deluge-web)[ /]?(\d+\.\d+(?:[\w.+-]*\w)?)/i.exec(
    said,
  )?.[1]
  if (version === undefined) throw new Error(`${program} of ${suite} does not tell its version: ${said}`)
  versions.set(key, version)
  return version
}

function versionText(suite: Suite, program: Program): string {
  const flag = program === 'rtorrent' ? '-h' : '--version'
  const [command, ...args] = commandOf(suite, 'sh', ['-c', `${program} ${flag} 2>&1; true`], '/')
  return execFileSync(command!, args, {
    encoding: 'utf8',
    env: {PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: '/tmp'},
  })
}
