/** Keeps real servers of the lab busy: torrents seeded by one and downloaded by others, over and over. */
import {rmSync} from 'node:fs'
import {join} from 'node:path'
import type {CallBounds, TorrentClient} from '#clients/port.ts'
import type {ServerInfo} from '#model/server.ts'
import type {LabDaemon} from './daemons/daemon.ts'
import {NAMESPACE_ADDRESS, peerAddress, waitUntil} from './daemons/process.ts'
import {makeTorrent, type MadeTorrent} from './torrent-maker.ts'
import type {Tracker} from './tracker.ts'

export interface Trader {
  readonly daemon: LabDaemon
  readonly client: TorrentClient
  readonly info: ServerInfo
}

interface Download {
  readonly made: MadeTorrent
  readonly by: Trader
}

const bounds: CallBounds = {timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024}
const categories = ['films', 'series', 'music', 'books']
/** Slow enough to be watched. */
const PACE = 200_000

export class Swarm {
  readonly #traders: readonly Trader[]
  readonly #tracker: Tracker
  readonly #random: () => number
  readonly #downloads: Download[] = []

  constructor(traders: readonly Trader[], tracker: Tracker, random: () => number) {
    this.#traders = traders
    this.#tracker = tracker
    this.#random = random
  }

  /** Makes one more torrent: one server has it, one or two others want it. */
  async addTorrent(number: number): Promise<string> {
    const made = makeTorrent({
      name: `Lab payload ${String(number).padStart(3, '0')}`,
      content: 512 * 1024 * (1 + Math.floor(this.#random() * 8)),
      pieceSize: 65_536,
      trackers: [this.#tracker.announceUrl],
    })
    const category = this.#pick(categories)
    const seed = this.#pick(this.#traders)
    made.writePayload(seed.daemon.downloadDir)
    await this.#add(seed, made, category)
    const takers = this.#traders.filter((trader) => trader !== seed && canDownload(trader))
    const first = this.#pick(takers)
    const second = this.#random() < 0.5 ? this.#pick(takers) : first
    for (const by of new Set([first, second])) {
      await this.#add(by, made, category)
      this.#downloads.push({made, by})
    }
    return `${made.name} (${Math.round(made.size / 1024)} KiB) from ${seed.daemon.definition.id} to ${first.daemon.definition.id}`
  }

  /** One finished download begins again: its payload goes and it is checked. `null` = none has finished. */
  async beginAgain(): Promise<string | null> {
    const {made, by} = this.#pick(this.#downloads)
    const progress = async () => (await by.client.details.files(made.hash, bounds))[0]?.progress ?? 0
    if ((await progress()) < 1) return null
    await by.client.control.stop([made.hash], {}, bounds)
    rmSync(join(by.daemon.downloadDir, made.name), {recursive: true, force: true})
    await by.client.control.recheck([made.hash], {}, bounds)
    await waitUntil('the check to find nothing', async () => (await progress()) === 0)
    await by.client.control.start([made.hash], {}, bounds)
    return `${made.name} once more on ${by.daemon.definition.id}`
  }

  async #add(trader: Trader, made: MadeTorrent, category: string): Promise<void> {
    const isPaced = trader.info.features.addLimits.support !== 'none'
    await trader.client.server.addTorrent(
      {
        source: {torrent: made.torrent, fileName: `${made.name}.torrent`},
        category,
        start: true,
        ...(isPaced && {downLimit: PACE, upLimit: PACE}),
      },
      bounds,
    )
  }

  #pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)]!
  }
}

function canDownload({daemon}: Trader): boolean {
  return daemon.kind !== 'transmission' || peerAddress() === NAMESPACE_ADDRESS
}
