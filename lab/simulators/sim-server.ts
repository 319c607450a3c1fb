/** One simulated server out of its description: world, people's torrents in it, face, sockets, motion. */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {Clock} from '#lib/clock.ts'
import {Counters} from './counters.ts'
import type {Face} from './face.ts'
import {faces} from './faces.ts'
import {FaultyServer} from './faulty-server.ts'
import {Motion} from './motion.ts'
import type {Neighbours} from './neighbours.ts'
import {populate, type PopulationOptions} from './population.ts'
import {SharedDisk} from './sim-disk.ts'
import {TorrentFolder} from './torrent-folder.ts'
import {World} from './world.ts'

/** Plain data: it travels to the fleet process as JSON. */
export interface SimServerSpec extends PopulationOptions {
  /** Names it in control messages; becomes the server's id. */
  readonly name: string
  readonly kind: ServerKind
  /** As the daemon itself writes it: `5.1.0`. */
  readonly version: string
  /** Percent of its torrents that change per second. Default 0. */
  readonly changePercentPerSecond?: number | undefined
  /** What ends is replaced by something new. */
  readonly turnover?: boolean | undefined
  /** Folder of ours that its files lie in, under the folder that it saves to; absent = they lie nowhere. */
  readonly disk?: string | undefined
  /** Folder of ours that `CONFIG_FOLDER` of the server is: there it keeps .torrent files; absent = they lie nowhere. */
  readonly config?: string | undefined
  /** Bytes. */
  readonly free?: number | undefined
  /** Default: any free port. */
  readonly port?: number | undefined
  /** rTorrent: `scgi` (its default here) or `http`. The other kinds speak HTTP. */
  readonly transport?: 'http' | 'scgi' | undefined
  readonly socketPath?: string | undefined
  /** Default `admin` and `simulated`; both `null` = no password asked. Raw SCGI never asks. */
  readonly username?: string | null | undefined
  readonly password?: string | null | undefined
  readonly skewSeconds?: number | undefined
  readonly defaultSavePath?: string | undefined
  readonly wrapCounters?: boolean | undefined
  /** Torrents have places in a queue, and all behind change when one leaves it. Default true where the kind has one. */
  readonly queueing?: boolean | undefined
  /** No socket: reached by an `InsideNetwork` at the address that host and port name. */
  readonly isInside?: boolean | undefined
  readonly host?: string | undefined
  /** Its port is kept free and nobody listens. */
  readonly down?: boolean | undefined
  /** The face's own extras. */
  readonly options?: Readonly<Record<string, unknown>> | undefined
}

export interface SimServer {
  readonly spec: SimServerSpec
  readonly world: World
  readonly face: Face
  readonly server: FaultyServer
  readonly motion: Motion
  readonly username: string | null
  readonly password: string | null
}

/**
 * Starts it; with motion when it is to change.
 * @param neighbours whom it reaches as peers; absent = nobody
 */
export async function startSimServer(
  spec: SimServerSpec,
  clock: Clock,
  neighbours?: Neighbours,
): Promise<SimServer> {
  const world = new World({
    clock,
    seed: spec.seed,
    skewSeconds: spec.skewSeconds,
    defaultSavePath: spec.defaultSavePath,
    wrapCounters: spec.wrapCounters,
    queueHolds: queueOf(spec),
  })
  if (spec.free !== undefined) world.free = spec.free
  populate(world, spec)
  neighbours?.join(world)
  if (spec.disk !== undefined) layAll(world, spec.disk)
  if (spec.config !== undefined) keepAll(world, new TorrentFolder(spec.config, spec.kind))
  const transport = spec.transport ?? (spec.kind === 'rtorrent' ? 'scgi' : 'http')
  const asksPassword = transport === 'http'
  const username = asksPassword ? defaulted(spec.username, 'admin') : null
  const password = asksPassword ? defaulted(spec.password, 'simulated') : null
  const counters = new Counters()
  const parts = {world, counters, version: spec.version, username, password, options: spec.options ?? {}}
  const face = faces[spec.kind](parts)
  const {port, socketPath, isInside, host} = spec
  const options = {transport, port, socketPath, isInside, host, clock, now: () => world.now()}
  const server = await FaultyServer.start(face, counters, options)
  if (spec.down) await server.stop()
  const changePerSecond = (spec.changePercentPerSecond ?? 0) / 100
  const isSteady = spec.mix === 'lived'
  const motion = new Motion(world, {seed: spec.seed, changePerSecond, turnover: spec.turnover, isSteady})
  if (changePerSecond > 0) motion.run()
  return {spec, world, face, server, motion, username, password}
}

/** All that it should have lies there, but for what it says is missing. */
function layAll(world: World, folder: string): void {
  world.disk = new SharedDisk(folder, {isBlank: true}).seenAt(world.defaultSavePath)
  for (const torrent of world.list()) if (torrent.state !== 'missingFiles') world.layFiles(torrent)
}

function keepAll(world: World, folder: TorrentFolder): void {
  world.torrentFolder = folder
  for (const torrent of world.list()) folder.keep(torrent)
}

function queueOf(spec: SimServerSpec): 'unfinished' | 'all' | 'none' {
  if (spec.kind === 'rtorrent' || spec.queueing === false) return 'none'
  return spec.kind === 'transmission' ? 'all' : 'unfinished'
}

/** `null` is an answer, absent is not. */
function defaulted(value: string | null | undefined, fallback: string): string | null {
  return value === undefined ? fallback : value
}
