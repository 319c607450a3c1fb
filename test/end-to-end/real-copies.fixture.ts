/** Torrents that rules bring from one real daemon to another: complete ones with their data, and rules of a person. */
import {lstatSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {TorrentClient} from '#clients/port.ts'
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import type {SeenTorrent} from '#lab/observers/observer.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {bounds, eventually, RealHarness} from './real-harness.fixture.ts'
import type {ServerWish} from './real-wishes.fixture.ts'

/** A torrent that a rule brings from one server to another. */
export interface CopyOrder {
  readonly from: string
  readonly to: string
  readonly action: 'copyTo' | 'move'
  /** Where the other server shall have it, as it writes it; default: a folder of its own among its downloads. */
  readonly path?: string
  /** It runs where it is. Default: yes. */
  readonly runs?: boolean
}

export interface Brought extends CopyOrder {
  readonly made: MadeTorrent
  readonly path: string
}

/** What everybody carries along; the limit in whole KiB and in whole kB, as their servers count. */
export const [tag, upLimit] = ['mine', 1_024_000] as const

/**
 * A Transmission that is not asked for half a minute looks restarted, as its time is its own: a busy machine may keep
 * everybody waiting for some seconds.
 */
const FACTOR = 5

export class CopyHarness {
  readonly harness: RealHarness
  readonly #clients = new Map<string, TorrentClient>()

  constructor(harness: RealHarness) {
    this.harness = harness
  }

  static async build(servers: readonly ServerWish[]): Promise<CopyHarness> {
    const harness = new CopyHarness(
      await RealHarness.build({servers, arrs: [], factor: FACTOR, wishes: async () => []}),
    )
    for (const [id, daemon] of harness.harness.servers) {
      // An empty folder may be where a disk is not mounted: nothing is brought there.
      writeFileSync(join(daemon.downloadDir, 'something'), '')
      const client = harness.harness.clientOf(daemon)
      await client.connect(bounds)
      harness.#clients.set(id, client)
    }
    return harness
  }

  client(server: string): TorrentClient {
    return this.#clients.get(server)!
  }

  daemon(server: string): LabDaemon {
    return this.harness.servers.get(server)!
  }

  /**
   * A private torrent of many files, complete where it is, and the rule of a person that is about it alone.
   * @param spoil what becomes of its data before anybody looks at it
   */
  async send(
    order: CopyOrder,
    spoil: (folder: string, made: MadeTorrent) => void = () => {},
  ): Promise<Brought> {
    const {from, to, action, runs = true} = order
    const name = `${action} ${from} é ${to} ${++this.#count}`
    const path = order.path ?? `${this.daemon(to).serverDownloadDir}/of ${from}`
    const made = makeTorrent({
      name,
      isPrivate: true,
      trackers: [`${this.harness.tracker.announceUrl}?passkey=secret`],
      content: {'film.mkv': 300_000, 'extras/scene.mkv': 70_000, 'extras/empty.nfo': 0, 'film.srt': 900},
    })
    await this.put(from, made, {category: name, runs})
    spoil(this.daemon(from).downloadDir, made)
    await this.rule({
      name,
      scope: {servers: [from], categories: [name]},
      when: {fact: 'complete', op: 'eq', value: true},
      do: [{action, server: to, path}],
    })
    return {...order, made, path}
  }
  #count = 0

  async put(server: string, made: MadeTorrent, {category, runs}: {category: string; runs: boolean}) {
    const {downloadDir, serverDownloadDir} = this.daemon(server)
    mkdirSync(downloadDir, {recursive: true})
    made.writePayload(downloadDir)
    const {server: adding, control} = this.client(server)
    await adding.addTorrent(
      {
        source: {torrent: made.torrent, fileName: `${made.hash}.torrent`},
        start: true,
        savePath: serverDownloadDir,
        category,
        // Deluge has none.
        tags: this.daemon(server).definition.kind === 'deluge' ? [] : [tag],
        upLimit,
      },
      bounds,
    )
    await this.eventually(server, made, (seen) => seen?.progress === 1 && !seen.checking && seen.running)
    if (runs) return
    await control.stop([made.hash], {}, bounds)
    await this.eventually(server, made, (seen) => seen?.running === false)
  }

  /** The program knows of them. */
  async areShown(all: readonly Brought[]): Promise<void> {
    await eventually(
      async () => (await this.harness.api.list()).torrents.map(({info_hash: hash}) => hash),
      (shown) => all.every(({made}) => shown.includes(made.hash)),
    )
  }

  async rule(rule: object): Promise<void> {
    const {status, body} = await this.harness.api.send('POST', '/api/rules', {
      rule: {mode: 'live', ...rule, id: 'own'},
      confirm: true,
    })
    if (status !== 201) throw new Error(`The rule was refused: ${JSON.stringify(body)}`)
  }

  /** What the daemon itself says; `null` = it has no such torrent. */
  seen(server: string, {hash}: MadeTorrent): Promise<SeenTorrent | null> {
    return this.harness.observers.get(server)!.torrent(hash)
  }

  eventually(
    server: string,
    made: MadeTorrent,
    wanted: (seen: SeenTorrent | null) => boolean,
  ): Promise<SeenTorrent | null> {
    return eventually(() => this.seen(server, made), wanted)
  }

  /** What its rule did, the first first: `copyTo confirmed`. */
  async lines({made}: Brought): Promise<readonly string[]> {
    const entries = await this.harness.journal(`&info_hash=${made.hash}`)
    return entries
      .filter(({verb, rule_id: rule}) => rule !== null && /^(copyTo|move|remove.*)$/.test(verb))
      .map(({verb, phase, code}) => `${verb} ${phase}${code === null ? '' : ` ${code}`}`)
  }

  /** Its files below a save path of a server, as we see them. */
  files(server: string, path: string, {files}: MadeTorrent) {
    return files.map((file) => {
      const at = join(this.daemon(server).ours(path), file.path)
      const {ino, dev, nlink} = lstatSync(at)
      return {at, ino, dev, nlink, isWhole: readFileSync(at).equals(file.bytes)}
    })
  }
}

export function isSeeding(seen: SeenTorrent | null): boolean {
  return seen !== null && seen.running && !seen.checking && seen.progress === 1
}
