/**
 * A copy of this project as somebody installed it, in a folder with a space in its name, and what is started there:
 * by npm or by the launcher, on one Node or another, by whoever, with an environment of its own.
 */
import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {newFolderOnDiskOf} from '#test/disks.ts'
import {NOBODY} from '#test/other-user.ts'
import {Program, until} from '#test/program/program.fixture.ts'
import {build, pages, program} from '../../scripts/builds.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Mounts, process IDs and users of one's own are for root. */
export const isRoot = process.getuid?.() === 0

/** Where a shell finds the Node and the npm of this machine: those that the project brought along come first in ours. */
const machinePath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((it) => !it.includes('node_modules') && !it.includes('node-gyp-bin'))
  .join(delimiter)

/** Which Node whoever starts us has: older than ours mostly, and the one that is bundled. */
export const nodes = {
  machine: machinePath,
  bundled: [dirname(process.execPath), machinePath].join(delimiter),
} as const

export interface Starting {
  /** Where `node` and `npm` are found. */
  readonly path?: string
  /** In place of the npm of this machine: its `npm-cli.js`. */
  readonly npm?: string
  /** Of the environment, which is empty but for `PATH`. */
  readonly env?: Readonly<Record<string, string>>
  readonly by?: 'npm' | 'launcher'
  readonly isForeign?: boolean
  readonly isReadOnly?: boolean
  readonly isFirstProcess?: boolean
  /** By a shell that does not wait for it. */
  readonly isInShell?: boolean
}

const PREFIX = 'commodarr start '

export class InstalledTree {
  readonly folder: string
  readonly root: string
  #count = 0

  private constructor(...installed: readonly string[]) {
    const besides = newFolderOnDiskOf(root, PREFIX)
    this.folder = besides ?? mkdtempSync(join(tmpdir(), PREFIX))
    this.root = join(this.folder, 'as installed')
    mkdirSync(this.root)
    for (const folder of [this.folder, this.root]) chmodSync(folder, 0o755)
    const args = ['ls-files', '--cached', '--others', '--exclude-standard']
    const files = execFileSync('git', args, {cwd: root, encoding: 'utf8'}).split('\n').filter(Boolean)
    execFileSync('cp', ['-a', '--parents', ...files, this.root], {cwd: root})
    // Hard links where they can be made: nothing is written into files that are there already.
    const how = besides === null ? '-a' : '-al'
    if (installed.length > 0) execFileSync('cp', [how, '--parents', ...installed, this.root], {cwd: root})
  }

  /** As it is after a first start. */
  static async make(): Promise<InstalledTree> {
    await Promise.all([pages, program].map((it) => build(root, process.execPath, it)))
    const own = ['.package-lock.json', '.commodarr-installed'].map((it) => join('node_modules', it))
    return new InstalledTree('dist', ...own, ...packages())
  }

  /** As it is before. */
  static clone(): InstalledTree {
    return new InstalledTree()
  }

  remove(): void {
    rmSync(this.folder, {recursive: true, force: true})
  }

  /** A new folder for what a program keeps, with a configuration that asks nobody to log in. */
  data(): string {
    const folder = join(this.folder, `data ${++this.#count}`)
    mkdirSync(folder)
    writeFileSync(join(folder, 'config.toml'), '[WebUI]\nAuthDisabled = true\n')
    // Everybody's: rows differ in who starts.
    chmodSync(folder, 0o777)
    return folder
  }

  /** The program on such a folder. */
  program(data: string, how: Starting): Program {
    const args = ['--config', join(data, 'config.toml'), '--data', join(data, 'kept'), '--port', '0']
    return this.run(['--', ...args], how)
  }

  /** @param args as they stand behind `npm start`; the launcher knows no `--` */
  run(args: readonly string[], how: Starting): Program {
    const {by = 'npm', path = nodes.machine, npm = npmOf(path), env = {}} = how
    const command = [
      ...(how.isReadOnly ? ['unshare', '--mount', 'sh', '-c', readOnly, this.root] : []),
      ...(how.isForeign ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []),
      ...(how.isFirstProcess ? ['unshare', '--pid', '--fork', '--mount-proc'] : []),
      'env',
      '-i',
      `PATH=${path}`,
      // npm writes of what it does, into the home of root where it knows no other.
      `npm_config_cache=${join(this.folder, 'npm')}`,
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      ...(how.isInShell ? ['sh', '-c', '"$@" >/dev/null 2>&1 &', 'sh'] : []),
      'node',
      ...(by === 'npm' ? [npm, 'start'] : ['scripts/run.mjs', 'src/main.ts']),
    ]
    const given = by === 'npm' ? args : args.filter((it) => it !== '--')
    return new Program(given, {cwd: this.root, command: command as [string, ...string[]]})
  }
}

/** Mounts and is gone, in favour of what follows. */
const readOnly = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'

/** What only the simulators of a demo need. */
const ofDemo = new Set(['node_modules/saxes', 'node_modules/xmlchars'])

/** What is needed to start: no tool, and no package for builds. */
function packages(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, {readonly dev?: boolean}>>
  }
  return Object.entries(lock.packages)
    .filter(
      ([path, {dev}]) =>
        path.lastIndexOf('node_modules') === 0 && (!dev || ofDemo.has(path)) && existsSync(join(root, path)),
    )
    .map(([path]) => path)
}

/** The script of the npm that a shell would find. */
export function npmOf(path: string): string {
  const found = path
    .split(delimiter)
    .map((it) => join(it, 'npm'))
    .find((it) => existsSync(it))
  if (found === undefined) throw new Error(`there is no npm in ${path}`)
  return realpathSync(found)
}

/** Everything that has this text on its command line, whoever started it. Linux tells. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
      } catch {
        // It ended meanwhile.
        return false
      }
    })
    .map(Number)
}

/** Waits until nothing of it runs; then its data are in order. */
export async function nothingLeftOf(data: string): Promise<void> {
  await until(
    () => processesWith(data),
    (all) => all.length === 0,
  )
}
