/** The simulated Arrs of a house of real daemons: each knows all of its servers, has real files, and finds what is wanted. */
import {join} from 'node:path'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {TorrentClient} from '#clients/port.ts'
import type {Arr} from '#lab/arrs/arr.ts'
import {ClientBackend} from '#lab/arrs/backends/client-backend.ts'
import type {DownloadClientConfig, InstanceConfig} from '#lab/arrs/config.ts'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {dialects} from '#lab/arrs/dialects.ts'
import type {LibraryItemConfig} from '#lab/arrs/library.ts'
import {timeLineOn} from '#lab/arrs/time-line.ts'
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import type {WorldClock} from '#lab/world-clock.ts'
import {categoryOf} from './real-config.fixture.ts'
import type {ArrWish, ServerWish, Wish} from './real-wishes.fixture.ts'

export interface RealArrsDeps {
  readonly clock: WorldClock
  readonly arrs: readonly ArrWish[]
  readonly servers: readonly ServerWish[]
  readonly wishes: readonly Wish[]
  /** By the names of their sections. */
  readonly daemons: ReadonlyMap<string, LabDaemon>
  /** A new one each time; who made it ends it. */
  readonly clientOf: (daemon: LabDaemon) => TorrentClient
  /** A folder; each Arr has one of its own below. */
  readonly library: string
}

export async function startRealArrs(parts: RealArrsDeps): Promise<ArrSim> {
  const {clock, arrs, servers, wishes, daemons, clientOf} = parts
  const releases = wishes.flatMap((wish) => wish.releases)
  const torrents = new Map(releases.map(({made}) => [made.hash as string, made.torrent]))
  const backends = arrs.flatMap(({id: arr}) =>
    servers.map(({id}): [string, ClientBackend] => [
      `${arr}/${id}`,
      new ClientBackend({
        client: clientOf(daemons.get(id)!),
        torrents,
        remove: refused,
        downloadDir: daemons.get(id)!.serverDownloadDir,
      }),
    ]),
  )
  const sim = await createArrSim({
    clock: timeLineOn(clock),
    backends: Object.fromEntries(backends),
    instances: arrs.map((arr) => instance(arr, parts)),
  })
  for (const {id} of arrs) offer(sim.arr(id).arr, wishesOf(wishes, id))
  return sim
}

export function wishesOf(wishes: readonly Wish[], arr: string): readonly Wish[] {
  return wishes.filter((wish) => wish.arr === arr)
}

function instance(
  {id, app, searchesItself}: ArrWish,
  {servers, wishes, daemons, library}: RealArrsDeps,
): InstanceConfig {
  const ids = servers.map((server) => server.id)
  const isMusic = dialects[app].family === 'music'
  return {
    name: id,
    app,
    files: 'real',
    rootFolders: [join(library, id)],
    tags: ids,
    library: wishesOf(wishes, id).map(({title, on, releases}): LibraryItemConfig => {
      const [{made}] = releases as [Wish['releases'][number]]
      const units = isMusic ? [{tracks: made.files.length}] : made.files.map((_, at) => ({number: at + 1}))
      return {title, year: 2020, tags: [ids.indexOf(on) + 1], ...(app !== 'radarr' && {units})}
    }),
    downloadClients: servers.map((server, at): DownloadClientConfig => ({
      name: server.id,
      backend: `${id}/${server.id}`,
      category: categoryOf(id),
      tags: [at + 1],
      implementation: implementations[server.kind],
      fields: {host: '127.0.0.1'},
    })),
    remotePathMappings: [...daemons.values()].map(({downloadDir, serverDownloadDir}) => ({
      host: '127.0.0.1',
      remotePath: serverDownloadDir,
      localPath: downloadDir,
    })),
    // Nothing is grabbed that nobody asked for.
    config: {rssSyncInterval: 0, autoRedownloadFailed: searchesItself},
  }
}

/** What it finds when it looks for what is wanted of it. */
function offer({releases, dialect}: Arr, wishes: readonly Wish[]): void {
  const kind = dialect.family === 'music' ? 'audio' : 'video'
  for (const [at, wish] of wishes.entries()) {
    for (const [rank, {made, import: plan = 'ok'}] of wish.releases.entries()) {
      releases.define({
        itemId: at + 1,
        title: made.name,
        hash: made.hash,
        import: plan,
        seeders: 50 - rank,
        content: made.files.map(({path, bytes}) => ({path, size: bytes.length, kind})),
      })
    }
  }
}

const implementations: {readonly [K in ServerKind]: string} = {
  qbittorrent: 'QBittorrent',
  transmission: 'Transmission',
  rtorrent: 'RTorrent',
  deluge: 'Deluge',
}

function refused(): Promise<void> {
  return Promise.reject(new Error('An Arr of this house never removes anything by itself.'))
}
