/**
 * The Arrs of the demo: a Radarr and a Sonarr that wanted some of the invented torrents, and get no further with a few
 * of them. Each sees its torrents as the simulated servers have them now. What it grabs comes to a server, and what it
 * removes goes. Now and then a download stalls: `demo-healing.ts`.
 */
import {systemClock} from '#lib/clock.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import {Secret} from '#model/secret.ts'
import type {FirstArr} from '#registry/arrs/table.ts'
import type {BackendTorrent, TorrentBackend} from './arrs/backends/backend.ts'
import type {DownloadClientConfig, InstanceConfig} from './arrs/config.ts'
import {createArrSim, type SimulatedArr} from './arrs/create.ts'
import {grab} from './arrs/grab.ts'
import type {LibraryItemConfig} from './arrs/library.ts'
import {refresh} from './arrs/refresh.ts'
import type {ImportPlan} from './arrs/releases.ts'
import {timeLineOn} from './arrs/time-line.ts'
import {RELEASE_SIZE, startHealing, type Offer} from './demo-healing.ts'
import {askAgain, TAKES_BETTER} from './demo-questions.ts'
import type {Comparable} from './simulators/checksum.ts'
import type {TorrentLife} from './simulators/control.ts'
import type {FleetProcess} from './simulators/fleet-process.ts'

const DAY = 86_400_000

interface DemoArrs {
  /** As a person would have added them, so that all about them can be changed. */
  readonly added: readonly FirstArr[]
  /** Which category each of them uses. */
  readonly categories: readonly {readonly id: ArrId; readonly category: string}[]
  stop(): Promise<void>
}

interface DemoArr {
  readonly name: string
  readonly app: 'radarr' | 'sonarr'
  readonly category: string
  /** What becomes of finished ones; one that is still coming gets `ok`. */
  readonly plans: readonly ImportPlan[]
  readonly config?: InstanceConfig['config']
}

const arrs: readonly DemoArr[] = [
  {
    name: 'Demo Radarr',
    app: 'radarr',
    category: 'films',
    plans: ['titleMismatch', 'matchedById', 'titleMismatch'],
    config: {copyUsingHardlinks: false},
  },
  {name: 'Demo Sonarr', app: 'sonarr', category: 'series', plans: ['titleMismatch', 'titleMismatch']},
]
/** Of each Arr, still coming. */
const COMING = 6
const HEALS = 'Demo Radarr'
/** Whoever looks is to see the first one replaced. Whatever it says, no rule removes one that is younger than ten. */
const STALLED_MINUTES = 2

/** Resolves when both listen and look for what they want. @param servers of the fleet that they use */
export async function startDemoArrs(
  fleet: Pick<FleetProcess, 'send' | 'servers'>,
  servers: readonly string[],
): Promise<DemoArrs> {
  const rows = new Map<string, readonly TorrentLife[]>()
  for (const name of servers) rows.set(name, await fleet.send(name, {do: 'lives'}))
  const all = [...rows.values()].flat()
  const wishes = arrs.map((arr) => ({arr, wanted: wantedBy(arr, all)}))
  const hashes = new Set(wishes.flatMap(({wanted}) => wanted.map(({row}) => row.hash)))
  // Old torrents go as new ones come; what somebody has to answer for is there until then.
  for (const name of servers) await fleet.send(name, {do: 'keep', hashes: [...hashes]})
  /** For how long each has been there when it is grabbed, seconds. */
  const offered = new Map<string, number>()
  const sim = await createArrSim({
    clock: timeLineOn(systemClock),
    backends: Object.fromEntries(servers.map((name) => [name, seen(fleet, name, {hashes, offered})])),
    instances: wishes.map(({arr, wanted}) => ({
      name: arr.name,
      app: arr.app,
      posters: true,
      ...(arr.config && {config: arr.config}),
      library: wanted.map(({row}) => itemOf(row.name, row.addedAt * 1_000)),
      downloadClients: clientsOf(fleet, servers, arr),
      qualityProfiles: TAKES_BETTER,
    })),
  })
  for (const {arr, wanted} of wishes) await grabAll(sim.arr(arr.name), wanted)
  // New ones come to the first of its clients, as to that of an Arr.
  const [server] = servers as [string]
  const offer: Offer = async ({agoSeconds = 0, ...wish}, seed) => {
    const hash = await fleet.send(server, {...wish, do: 'offer', seed})
    hashes.add(hash)
    offered.set(hash, agoSeconds)
    return hash
  }
  for (const [place, {arr, wanted}] of wishes.entries())
    await offerOthers(sim.arr(arr.name), {wanted, offer, category: arr.category, seed: 1_000 * (place + 1)})
  const questions = wishes.flatMap(({arr, wanted}) =>
    wanted.flatMap(({row, plan}, at) =>
      plan === 'ok'
        ? []
        : [
            {
              arr: sim.arr(arr.name).arr,
              itemId: at + 1,
              title: row.name,
              hash: row.hash,
              plan,
              category: arr.category,
            },
          ],
    ),
  )
  const stopAsking = askAgain(questions, offer)
  const healing = await startHealing({arr: sim.arr(HEALS).arr, offer, category: arrs[0]!.category})
  const added = arrs.map((arr) => addedAs(arr, sim.arr(arr.name)))
  return {
    added,
    categories: added.map(({id, category}) => ({id, category})),
    stop: () => {
      stopAsking()
      healing.stop()
      return sim.close()
    },
  }
}

/** The movie or episode of a release, as its Arr calls it: wanted, and out, before it was grabbed. Epoch ms. */
function itemOf(release: string, grabbedAt: number): LibraryItemConfig {
  const movie = /^(.+?)\.(\d{4})\./.exec(release)
  const episode = /^(.+?)\.S(\d+)E(\d+)\./.exec(release)
  const titleOf = (words: string) => words.replaceAll('.', ' ')
  if (episode) {
    const [, title = '', season, number] = episode
    const unit = {season: Number(season), number: Number(number), airAt: grabbedAt - DAY}
    return {title: titleOf(title), addedAt: grabbedAt - 90 * DAY, units: [unit]}
  }
  const addedAt = grabbedAt - 30 * DAY
  if (!movie) return {title: titleOf(release), addedAt, airAt: grabbedAt - 3 * DAY}
  const year = Number(movie[2])
  const airAt = Math.min(Date.UTC(year, 9, 18), grabbedAt - 3 * DAY)
  return {title: titleOf(movie[1]!), year, addedAt, airAt}
}

interface Wanted {
  readonly row: TorrentLife
  readonly plan: ImportPlan
}

function wantedBy({category, plans}: DemoArr, rows: readonly TorrentLife[]): readonly Wanted[] {
  // Cross-seeded ones are on two servers.
  const mine = new Map(rows.filter((row) => row.category === category).map((row) => [row.hash, row]))
  const done = [...mine.values()].filter(({complete}) => complete)
  const coming = [...mine.values()].filter(({complete}) => !complete).slice(0, COMING)
  return [
    ...plans.flatMap((plan, at) => (done[at] ? [{row: done[at], plan}] : [])),
    ...coming.map((row): Wanted => ({row, plan: 'ok'})),
  ]
}

/** As its history has them, the oldest first: each was grabbed when its server got it. */
async function grabAll({arr}: SimulatedArr, wanted: readonly Wanted[]): Promise<void> {
  const releases = wanted.map(({row: {hash, name: title, size, addedAt}, plan}, at) => {
    const grabbedAt = addedAt * 1_000
    return arr.releases.define({itemId: at + 1, hash, title, size: size ?? 0, import: plan, grabbedAt})
  })
  for (const release of releases.toSorted((a, b) => a.grabbedAt! - b.grabbedAt!))
    await grab(arr, release, 'Rss')
  // Before anything else is looked for: of these it has one.
  await refresh(arr)
}

/** Of what is still coming there is another release each, for when nobody has a copy of the first. */
async function offerOthers(
  {arr}: SimulatedArr,
  {wanted, offer, category, seed}: {wanted: readonly Wanted[]; offer: Offer; category: string; seed: number},
): Promise<void> {
  for (const [at, {row, plan}] of wanted.entries()) {
    if (plan !== 'ok') continue
    const name = row.name.replace(/-\w+$/, '-RELIC')
    const hash = await offer({name, category, size: RELEASE_SIZE, comes: true}, seed + at)
    // The one that it has is better.
    arr.releases.define({itemId: at + 1, hash, title: name, size: RELEASE_SIZE, seeders: 1})
  }
}

function seen(
  fleet: Pick<FleetProcess, 'send'>,
  server: string,
  {hashes, offered}: {readonly hashes: ReadonlySet<string>; readonly offered: Map<string, number>},
): TorrentBackend {
  return {
    async list() {
      const rows = await fleet.send(server, {do: 'rows'})
      return rows.filter(({hash}) => hashes.has(hash)).map(inArr)
    },
    async add({hash: upper}) {
      const hash = upper.toLowerCase()
      const agoSeconds = offered.get(hash)
      // Those of the beginning are there.
      if (agoSeconds === undefined) return
      offered.delete(hash)
      await fleet.send(server, {do: 'arrive', hash, agoSeconds})
    },
    async remove(hash) {
      await fleet.send(server, {do: 'remove', hashes: [hash.toLowerCase()]})
    },
    setCategory: async () => undefined,
    files: (hash) => fleet.send(server, {do: 'files', hash: hash.toLowerCase()}),
  }
}

function inArr({hash, name, category, size, completed, complete}: Comparable): BackendTorrent {
  return {
    hash: hash.toUpperCase(),
    name,
    category,
    size: size ?? 0,
    left: (size ?? 0) - completed,
    speed: 0,
    state: complete ? 'completed' : size === null ? 'metadata' : 'downloading',
    outputPath: complete ? `/downloads/${category}/${name}` : '',
    seedingDone: false,
  }
}

const implementations: Readonly<Record<string, string>> = {
  qbittorrent: 'QBittorrent',
  transmission: 'Transmission',
  rtorrent: 'RTorrent',
}

function clientsOf(
  fleet: Pick<FleetProcess, 'servers'>,
  servers: readonly string[],
  {category}: DemoArr,
): readonly DownloadClientConfig[] {
  return servers.map((name) => {
    const {kind, url} = fleet.servers.find((it) => it.name === name)!
    const {hostname: host, port} = new URL(url)
    return {
      name,
      backend: name,
      category,
      implementation: implementations[kind]!,
      fields: {host, port: Number(port)},
    }
  })
}

function addedAs({name, app, category}: DemoArr, {url, apiKey}: SimulatedArr): FirstArr {
  return {
    id: asArrId(name),
    kind: app,
    name,
    url,
    category,
    skipVerify: false,
    enabled: true,
    apiKey: new Secret(apiKey),
    // Whoever looks around is to see what they do.
    caution: 'act',
    settings: {
      ReSearch: true,
      // What is younger is not judged either, and the longer of the two counts.
      Torrent: {StalledDelay: STALLED_MINUTES, IgnoreTorrentsYoungerThan: STALLED_MINUTES * 60},
    },
  }
}
