/**
 * Brings the real daemons onto this machine: Debian packages of the host, and chroots of the other releases. Needs
 * root and apt; says plainly what is missing where it may not. Never throws for a release that cannot be made: the
 * answer names it with the reason, and who asked decides whether that is bearable.
 */
import {spawn} from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {postgresPrograms} from './postgres.ts'
import {
  cacheFolder,
  chrootRecipe,
  daemonPackages,
  daemonPrograms,
  hostSuite,
  isReady,
  programPath,
  readyMark,
  suites,
  type Program,
  type Suite,
} from './suites.ts'

/**
 * What the host needs besides PostgreSQL: the makers of chroots, namespaces and certificates, a web server, a browser,
 * ffprobe.
 */
const hostPackages: Readonly<
  Record<string, Program | 'debootstrap' | 'ip' | 'chromium-headless-shell' | 'ffprobe'>
> = {
  'chromium-headless-shell': 'chromium-headless-shell',
  debootstrap: 'debootstrap',
  ffmpeg: 'ffprobe',
  iproute2: 'ip',
  'nginx-light': 'nginx',
  openssl: 'openssl',
}

/** Large ones that few need: installed for who asks for them. Each with a program of it. */
const furtherPackages = {prometheus: 'promtool'} as const
export type FurtherPackage = keyof typeof furtherPackages

interface Provisioned {
  readonly ready: readonly Suite[]
  readonly missing: readonly {readonly suite: Suite; readonly why: string}[]
}

/** Makes ready what is not. @param say progress, one line at a time */
export async function provision(
  say: (line: string) => void,
  wanted: readonly Suite[] = suites,
  further: readonly FurtherPackage[] = [],
): Promise<Provisioned> {
  const missing: {suite: Suite; why: string}[] = []
  const hostTrouble = await attempt(() => provisionHost(say, wanted, further))
  for (const suite of wanted) {
    if (isReady(suite)) continue
    const why =
      suite === hostSuite() ? hostTrouble : (hostTrouble ?? (await attempt(() => makeChroot(suite, say))))
    if (!isReady(suite)) missing.push({suite, why: why ?? 'its programs are not all there'})
  }
  return {ready: wanted.filter(isReady), missing}
}

async function attempt(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    return (error as Error).message
  }
}

async function provisionHost(
  say: (line: string) => void,
  wanted: readonly Suite[],
  further: readonly FurtherPackage[],
): Promise<void> {
  const host = hostSuite()
  const daemons = host !== null && wanted.includes(host) && !hasDaemons(host) ? daemonPackages : []
  const asked = further.map((name) => [name, furtherPackages[name]] as const)
  const tools = [...Object.entries(hostPackages), ...asked]
    .filter(([, program]) => !isOnHost(program))
    .map(([name]) => name)
  const database = postgresPrograms() === null ? ['postgresql'] : []
  const packages = [...daemons, ...tools, ...database]
  if (packages.length === 0) return
  const list = packages.join(' ')
  if (process.getuid?.() !== 0)
    throw new Error(`Not root, so these packages must be installed by hand: ${list}`)
  if (!isOnHost('apt-get')) throw new Error(`Not a Debian system (no apt-get); needed are: ${list}`)
  say(`Installing ${list} …`)
  await locked('host', () => withoutServices('', () => aptInstall([], packages)))
}

function hasDaemons(suite: Suite): boolean {
  return daemonPrograms.every((program) => programPath(suite, program) !== null)
}

function isOnHost(program: string): boolean {
  return ['/usr/bin', '/usr/sbin', '/bin', '/sbin'].some((folder) => existsSync(join(folder, program)))
}

/** A chroot without today's ready mark is half made, or made in another way: it is made again from nothing. */
async function makeChroot(suite: Suite, say: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error(`The chroot of ${suite} needs root to be made and entered.`)
  await locked(suite, async () => {
    if (isReady(suite)) return
    say(`Making a chroot of Debian ${suite} below ${cacheFolder()} (a minute or two) …`)
    const root = join(cacheFolder(), suite)
    rmSync(readyMark(suite), {force: true})
    rmSync(root, {recursive: true, force: true})
    await run('debootstrap', ['--variant=minbase', suite, root, mirror()])
    copyAptProxy(root)
    // It is thrown away with the chroot: nothing in there ever starts services.
    writeFileSync(join(root, 'usr/sbin/policy-rc.d'), policy, {mode: 0o755})
    await aptInstall(['chroot', root], daemonPackages)
    await run('chroot', [root, 'apt-get', 'clean'])
    writeFileSync(readyMark(suite), chrootRecipe)
  })
}

/** Keeps maintainer scripts from starting what they install (invoke-rc.d asks it). */
const policy = '#!/bin/sh\nexit 101\n'

async function withoutServices(root: string, work: () => Promise<void>): Promise<void> {
  const file = join(root || '/', 'usr/sbin/policy-rc.d')
  const isOurs = !existsSync(file)
  if (isOurs) writeFileSync(file, policy, {mode: 0o755})
  try {
    await work()
  } finally {
    if (isOurs) rmSync(file)
  }
}

async function aptInstall(before: readonly string[], packages: readonly string[]): Promise<void> {
  // A mirror that stands still (a snapshot, a cache) serves a Release file past its date.
  const options = ['-o', 'Acquire::Check-Valid-Until=false', '-o', 'DPkg::Lock::Timeout=300']
  const env = {DEBIAN_FRONTEND: 'noninteractive'}
  const apt = (...args: string[]) => {
    const [command, ...rest] = [...before, 'apt-get', ...options, ...args]
    return run(command!, rest, env)
  }
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', ...packages)
}

/** Where this machine gets its own packages; a chroot comes from there too. */
function mirror(): string {
  const folder = '/etc/apt/sources.list.d'
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ]
  const text = files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const found =
    text.match(/^[^#\n]*?\bhttps?:\/\/\S+/gm)?.map((line) => line.replace(/^.*?(https?:)/, '$1')) ?? []
  return found.find((url) => /\/debian\/?$/.test(url)) ?? 'http://deb.debian.org/debian'
}

/** The chroot reaches the mirror the same way as the host does. */
function copyAptProxy(root: string): void {
  const folder = '/etc/apt/apt.conf.d'
  const lines = existsSync(folder)
    ? readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    : []
  const proxy = lines.filter((line) => /^\s*Acquire::https?::Proxy\b/i.test(line))
  if (proxy.length > 0) writeFileSync(join(root, 'etc/apt/apt.conf.d/90proxy'), `${proxy.join('\n')}\n`)
}

/** Two makers at the same time: one makes, the other waits. A lock whose maker died ages out. */
async function locked(what: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(cacheFolder(), {recursive: true})
  const lock = join(cacheFolder(), `${what}.lock`)
  while (!takeLock(lock)) await pause(1_000)
  const beat = setInterval(() => utimesSync(lock, new Date(), new Date()), 5_000)
  try {
    await work()
  } finally {
    clearInterval(beat)
    rmSync(lock, {recursive: true, force: true})
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const beatAt = statSync(lock, {throwIfNoEntry: false})?.mtimeMs ?? Date.now()
    if (Date.now() - beatAt > 60_000) rmSync(lock, {recursive: true, force: true})
    return false
  }
}

/** @throws {Error} with its last lines when it fails */
function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, ...env},
    })
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)))
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${said.trim()}`))
    })
  })
}
