/**
 * A PostgreSQL server of the lab's own: Debian's programs, a fresh cluster in a folder of its own, loopback only. Never
 * the machine's own cluster. initdb refuses root, so then everything runs as Debian's user `postgres`.
 */
import {execFileSync, spawnSync} from 'node:child_process'
import {chownSync, existsSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {createConnection} from 'node:net'
import {join} from 'node:path'
import {freePort} from '../free-port.ts'
import {DaemonProcess, makeFolder, waitUntil, type DaemonFolder} from './process.ts'
import {hostSuite, suites} from './suites.ts'

interface PostgresOptions {
  /** Every commit reaches the disk. Only a test that pulls the plug wants it: it is slow. */
  readonly durable?: boolean | undefined
  /** Lines for `postgresql.conf`, as `name=value`. */
  readonly settings?: readonly string[] | undefined
}

export interface LabPostgres {
  readonly port: number
  /** Of a database of this server. */
  url(database: string): string
  /** Runs SQL as the superuser, outside of any transaction. */
  run(sql: string, database?: string): void
  /** Runs a script of SQL, as `dump` makes it. */
  load(script: string, database: string): void
  /** The database as a script of SQL. */
  dump(database: string): string
  /** SIGINT, what `pg_ctl stop -m fast` does: connections are cut, everything is written. */
  stop(): Promise<void>
  /** SIGQUIT: the server ends at once, the next start repairs from its log. */
  crash(): Promise<void>
  /** SIGKILL for one of its processes: the server ends all others and repairs itself while it runs on. */
  killOne(): void
  /** Again, on the same port and data. */
  start(): Promise<void>
  /** From now on a replica that takes no writes, as after a failover to the other side. */
  demote(): Promise<void>
  /** Takes writes again. */
  promote(): void
  /** Stands still with all its connections: takes what is sent, answers nothing. */
  freeze(): void
  thaw(): void
  /** Ends it and removes its data. */
  dispose(): Promise<void>
}

/** Folder of the server programs, the newest version; `null` = PostgreSQL is not installed. */
export function postgresPrograms(): string | null {
  const parent = '/usr/lib/postgresql'
  const versions = existsSync(parent) ? readdirSync(parent).map(Number).filter(Boolean) : []
  const folders = versions.sort((a, b) => b - a).map((version) => join(parent, String(version), 'bin'))
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

/** @throws {Error} when PostgreSQL is not installed or does not start */
export async function startPostgres(options: PostgresOptions = {}): Promise<LabPostgres> {
  const programs = postgresPrograms()
  if (programs === null)
    throw new Error('PostgreSQL is not installed (Debian: the package postgresql), and tests need it.')
  const folder = makeFolder(hostSuite() ?? suites[0], 'postgres')
  const server = new Server(programs, folder, await freePort(), options)
  await server.start()
  return server
}

class Server implements LabPostgres {
  readonly port: number
  readonly #programs: string
  readonly #folder: DaemonFolder
  readonly #process: DaemonProcess

  constructor(programs: string, folder: DaemonFolder, port: number, options: PostgresOptions) {
    this.port = port
    this.#programs = programs
    this.#folder = folder
    makeCluster(programs, folder.ours)
    const [program, ...before] = asPostgres(join(programs, 'postgres'))
    this.#process = new DaemonProcess({
      suite: hostSuite() ?? suites[0],
      program: program!,
      args: [...before, '-D', join(folder.server, 'data'), ...settingsOf(port, options)],
      folder,
      isReady: async () => {
        this.run('select 1')
        return true
      },
    })
  }

  url(database: string): string {
    return `postgres://commodarr@127.0.0.1:${this.port}/${database}`
  }

  run(sql: string, database = 'postgres'): void {
    const args = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', this.url(database), '-c', sql]
    execFileSync(join(this.#programs, 'psql'), args, {stdio: 'pipe', timeout: 240_000})
  }

  load(script: string, database: string): void {
    const args = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', this.url(database)]
    execFileSync(join(this.#programs, 'psql'), args, {input: script, stdio: 'pipe', timeout: 240_000})
  }

  dump(database: string): string {
    const args = ['--inserts', '--no-owner', '--no-privileges', '-d', this.url(database)]
    const text = execFileSync(join(this.#programs, 'pg_dump'), args, {encoding: 'utf8', timeout: 240_000})
    // Lines for psql alone, with a new word each time; of their own version other servers know nothing.
    return text.replaceAll(/^(\\(un)?restrict .*|-- Dumped .*)\n/gm, '')
  }

  start(): Promise<void> {
    return this.#process.start()
  }

  stop(): Promise<void> {
    return this.#end('SIGINT')
  }

  crash(): Promise<void> {
    return this.#end('SIGQUIT')
  }

  killOne(): void {
    // The youngest child may be one that repairs: with it the whole server would end.
    const clients = this.#ask(
      "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
    )
    const pid = clients.split('\n').map(Number).find(Boolean)
    if (pid === undefined) throw new Error('no client is connected whose server process could be killed')
    process.kill(pid, 'SIGKILL')
  }

  async demote(): Promise<void> {
    await this.stop()
    writeFileSync(join(this.#folder.ours, 'data', 'standby.signal'), '')
    await this.start()
  }

  promote(): void {
    this.run('select pg_promote()')
  }

  freeze(): void {
    for (const pid of this.#pids()) process.kill(pid, 'SIGSTOP')
  }

  thaw(): void {
    for (const pid of this.#pids()) process.kill(pid, 'SIGCONT')
  }

  async dispose(): Promise<void> {
    if (this.#process.isRunning) {
      this.thaw()
      await this.crash()
    }
    rmSync(this.#folder.ours, {recursive: true, force: true})
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const {pid} = this.#process
    process.kill(pid, signal)
    await waitUntil('PostgreSQL to end', () => !this.#process.isRunning && !existsSync(`/proc/${pid}`))
    await waitUntil('its port to close', async () => !(await answers(this.port)))
  }

  /** @returns a line for each row, its values as psql writes them */
  #ask(sql: string): string {
    const args = ['-X', '-q', '-A', '-t', '-d', this.url('postgres'), '-c', sql]
    return execFileSync(join(this.#programs, 'psql'), args, {encoding: 'utf8', timeout: 240_000})
  }

  /** The server first, so that it starts nobody new. */
  #pids(): number[] {
    const {pid} = this.#process
    // It fails when there are none.
    const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], {encoding: 'utf8'}).stdout
    return [pid, ...children.split('\n').map(Number).filter(Boolean)]
  }
}

function makeCluster(programs: string, folder: string): void {
  const user = postgresUser()
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const options = [
    '-U',
    'commodarr',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ]
  const [command, ...args] = asPostgres(join(programs, 'initdb'), '-D', join(folder, 'data'), ...options)
  execFileSync(command!, args, {stdio: 'pipe', cwd: folder})
}

function settingsOf(port: number, {durable = false, settings = []}: PostgresOptions): string[] {
  const all = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=32MB',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
    ...settings,
  ]
  return all.flatMap((setting) => ['-c', setting])
}

/** Root hands its rights back before it starts PostgreSQL. */
function asPostgres(...command: readonly string[]): string[] {
  const user = postgresUser()
  if (user === null) return [...command]
  return ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', ...command]
}

/** `null` = we are not root and run it ourselves. */
function postgresUser(): {uid: number; gid: number} | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], {encoding: 'utf8'}))
  return {uid: id('-u'), gid: id('-g')}
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({host: '127.0.0.1', port})
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })
}
