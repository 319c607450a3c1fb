/** Two servers on one real disk of ours: what they have, files that nobody has, and what becomes of them. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {usualWebUi} from '#config/load.ts'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import {A, B, DAY, MINUTE, ScenarioHarness, SETTLED, type ScenarioWish} from './scenario-harness.fixture.ts'

export interface WireOrphans {
  readonly is_looking: boolean
  readonly ended_at: number | null
  readonly folders: readonly {
    readonly path: string
    readonly held: {
      readonly why: string
      readonly detail: string
      readonly missing: readonly {
        readonly server_id: string
        readonly server_name: string
        readonly why: string
        readonly torrents: number
      }[]
    } | null
    readonly claimed: number
    readonly orphans: number
    readonly bytes: number
  }[]
  readonly orphans: readonly WireOrphan[]
  readonly spared: readonly {readonly path: string; readonly why: string; readonly about: string}[]
}

export interface WireOrphan {
  readonly id: string
  readonly path: string
  readonly files: number
  readonly bytes: number
  readonly seen_since: number
  readonly deletable_at: number
}

export class OrphanHarness {
  readonly harness: ScenarioHarness
  /** Ours; the servers call it `/data`. */
  readonly disk: string

  private constructor(harness: ScenarioHarness, disk: string) {
    this.harness = harness
    this.disk = disk
  }

  /** @param mapped servers that we see the files of; both are on one machine */
  static async start(wish: ScenarioWish = {}, mapped: readonly string[] = [A, B]): Promise<OrphanHarness> {
    const disk = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-orphans-')))
    const mappings = mapped.map((id) => `[${id}.PathMappings]\n"/data" = ${JSON.stringify(disk)}\n`)
    const harness = await ScenarioHarness.start({
      servers: [{name: A}, {name: B}],
      ...wish,
      config: `${mappings.join('')}${wish.config ?? ''}`,
      settled: 0,
    })
    const all = new OrphanHarness(harness, disk)
    for (const [n, server] of [A, B].entries()) {
      for (const index of [0, 1, 2]) all.has(server, index, `Film ${n}${index}`)
    }
    await harness.pass(SETTLED)
    return all
  }

  async stop(): Promise<void> {
    await this.harness.stop()
    rmSync(this.disk, {recursive: true, force: true})
  }

  /** A torrent of this server, with its files. */
  has(server: string, index: number, name: string, fields: Partial<NewTorrent> = {}): string {
    this.write(`films/${name}/film.mkv`, 3, 1_000)
    return this.claims(server, index, name, fields)
  }

  /** The same without files. */
  claims(server: string, index: number, name: string, fields: Partial<NewTorrent> = {}): string {
    const place = {name, rootName: name, savePath: '/data/films'}
    const file = {path: `${name}/film.mkv`, size: 1_000, done: 1_000, priority: 'normal'} as const
    // Of one file alone qBittorrent tells that, and whatever is called alike is spared.
    const empty = {path: `${name}/empty.nfo`, size: 0, done: 0, priority: 'normal'} as const
    return this.harness.put(server, index, {
      ...place,
      files: [file, empty],
      fileCount: 2,
      size: 1_000,
      sizeTotal: 1_000,
      done: 1_000,
      ...fields,
    }).hash
  }

  /** @param days ago it was changed, by the clock of the house @param bytes default: a few */
  write(path: string, days = 3, bytes = path.length): string {
    const whole = this.pathOf(path)
    mkdirSync(dirname(whole), {recursive: true})
    writeFileSync(whole, path.padEnd(bytes))
    const at = this.harness.acting.clock.now() / 1_000 - days * DAY
    utimesSync(whole, at, at)
    return whole
  }

  pathOf(path: string): string {
    return join(this.disk, path)
  }

  /** The folder is there, without what was in it. */
  unmount(): void {
    rmSync(this.disk, {recursive: true})
    mkdirSync(this.disk)
  }

  isThere(path: string): boolean {
    return existsSync(this.pathOf(path))
  }

  /** Names of files that lie in the recycle area. */
  setAside(): readonly string[] {
    return readdirSync(this.disk, {recursive: true, withFileTypes: true}).flatMap((it) =>
      it.isFile() && it.parentPath.includes('recycle') && /^\d+ /.test(it.name) ? [it.name] : [],
    )
  }

  async seen(): Promise<WireOrphans> {
    return this.harness.acting.api.get<WireOrphans>('/api/orphans')
  }

  /** Looks now. */
  async look(): Promise<WireOrphans> {
    const before = (await this.seen()).ended_at
    await this.harness.acting.api.send('POST', '/api/orphans/look')
    return this.harness.acting.until(
      MINUTE,
      () => this.seen(),
      ({is_looking: isLooking, ended_at: endedAt}) => !isLooking && endedAt !== before,
    )
  }

  /** Paths below the disk. */
  namesOf({orphans}: WireOrphans): readonly string[] {
    return orphans.map(({path}) => path.slice(this.disk.length + 1)).toSorted()
  }

  async act(
    verb: 'recycle' | 'delete',
    orphans: readonly WireOrphan[],
    more: {readonly dry_run?: true; readonly confirm?: object} = {},
  ): Promise<{readonly status: number; readonly ends: readonly (string | null)[]; readonly body: unknown}> {
    const sum = (of: 'files' | 'bytes') => orphans.reduce((all, it) => all + it[of], 0)
    const {status, body} = await this.harness.acting.api.send('POST', `/api/orphans/${verb}`, {
      ids: orphans.map(({id}) => id),
      confirm: {files: sum('files'), bytes: sum('bytes')},
      ...more,
    })
    const {results = []} = body as {
      results?: readonly {readonly outcome: string; readonly code: string | null}[]
    }
    return {status, body, ends: results.map(({outcome, code}) => code ?? outcome)}
  }

  /** The end of what was begun is written. */
  async settle(): Promise<void> {
    await this.harness.acting.until(
      MINUTE,
      () => this.lines(),
      (lines) => !lines.some((line) => line.includes('sending')),
    )
  }

  lines(): Promise<readonly string[]> {
    return this.harness.lines('subject=path')
  }

  /** Switched off in the configuration, or on again. */
  async enable(server: string, enabled: boolean): Promise<void> {
    const {app} = this.harness.acting
    const definitions = app.people.directory.definitions()
    await app.configure(
      definitions.map((it) => (it.id === server ? {...it, enabled} : it)),
      usualWebUi,
    )
  }
}
