/** Puts one simulated Arr together and starts its scheduled tasks. */
import {mkdirSync} from 'node:fs'
import {seededRandom, seedOf} from '../simulators/random.ts'
import type {Arr, ArrClient} from './arr.ts'
import {speaking} from './asked.ts'
import type {TorrentBackend} from './backends/backend.ts'
import {Commands, isReported, type Command} from './commands.ts'
import {defaultSettings, type DownloadClientConfig, type InstanceConfig} from './config.ts'
import {Description} from './description.ts'
import {dialects, type ApiVersion, type Dialect} from './dialects.ts'
import {execute} from './execute.ts'
import {shifted} from './face-faults.ts'
import {ArrFaults} from './faults.ts'
import {check} from './health.ts'
import {Library} from './library.ts'
import {LiveHub} from './live-hub.ts'
import {Blocklist, History, madeUpHistory} from './records.ts'
import {Releases} from './releases.ts'
import {commandResource} from './routes-commands.ts'
import {Stats} from './stats.ts'
import {Tasks} from './tasks.ts'
import type {TimeLine} from './time-line.ts'
import {Webhooks} from './webhooks.ts'

interface World {
  readonly seed: number
  readonly time: TimeLine
  readonly backends: ReadonlyMap<string, TorrentBackend>
  /** Default: of its own. */
  readonly stats?: Stats
}

/** @throws when a download client names a backend that is not there */
export function assembleArr(config: InstanceConfig, {seed, time, backends, stats = new Stats()}: World): Arr {
  const dialect = dialects[config.app]
  const own = (seed ^ seedOf(config.name)) >>> 0
  const rootFolders = config.rootFolders ?? ['/media']
  const startAt = time.now()
  const library = new Library(dialect.family, config.library ?? [], {
    seed: own,
    rootFolder: rootFolders[0]!,
    startAt,
    firstId: config.firstId,
  })
  const faults = new ArrFaults(seededRandom(own), () => time.now())
  for (const fault of config.faults ?? []) faults.add(fault)
  const indexers = config.indexers ?? [{name: 'Indexer A'}]
  const past = config.generated?.history ?? 0
  const shape = {seed: own, startAt, units: library.units, imported: dialect.imported}
  const live = new LiveHub(time)
  live.configure(
    config.app === 'sonarr5' ? [3, 5] : [undefined],
    () => faults.domain('signalrSilent') !== null,
    (resource) => (faults.clockSkew === 0 ? resource : shifted(resource, faults.clockSkew)),
  )
  const arr: Arr = {
    name: config.name,
    config,
    dialect,
    time,
    rootFolders,
    library,
    faults,
    stats,
    log: [],
    live,
    settings: {...defaultSettings, ...config.config},
    profiles: [...(config.qualityProfiles ?? [{name: 'HD-1080p'}, {name: 'Any'}])],
    shown: new Map(),
    startedAt: startAt,
    described: described(dialect),
    tags: new Map((config.tags ?? []).map((label, at) => [at + 1, label])),
    clients: (config.downloadClients ?? []).map((client, at) => clientOf(client, at, backends)),
    indexers: indexers.map((one, at) => ({
      config: one,
      id: at + 1,
      left: one.budget ?? Infinity,
      disabledUntil: 0,
      level: 0,
      failingSince: null,
      rejectsBlocklisted: one.rejectBlocklistedHashes ?? false,
    })),
    releases: new Releases(library, indexers, own, () => time.now()),
    history: new History(past, (id) => madeUpHistory(shape, id, past)),
    blocklist: new Blocklist(),
    queue: new Map(),
    pending: new Map(),
    imported: new Set(),
    ignored: new Set(),
    interactive: new Set(),
    leftAlone: new Set(),
    downClients: new Map(),
    health: new Map(),
    healthReported: false,
    checksDue: new Set(),
    checkIsDue: false,
    countersAreDue: false,
    libraryDisk: 'here',
    lostFiles: new Set(),
    commands: new Commands(
      time,
      dialect.threads,
      (command, say) => execute(arr, command, say),
      (command) => changed(arr, tasks, command),
    ),
    hooks: new Webhooks(time, faults, stats),
    debounce: null,
    begin() {
      arr.startedAt = time.now()
      arr.healthReported = false
      arr.health.clear()
      tasks.begin()
      time.after(FIRST_CHECK, () => void check(arr))
    },
  }
  const tasks = new Tasks(time, (name) => {
    arr.commands.post(name, {}, 'scheduled', name === 'RssSync' ? 'low' : 'high')
  })
  tasks.add('RefreshMonitoredDownloads', () => arr.settings.checkForFinishedDownloadInterval, true)
  tasks.add('RssSync', () => arr.settings.rssSyncInterval)
  tasks.add('CheckHealth', () => 360)
  // Where it keeps its library somebody made a folder, once.
  if (config.files === 'real') mkdirSync(rootFolders[0]!, {recursive: true})
  arr.begin()
  return arr
}

/** When all checks ran that run at a start. */
const FIRST_CHECK = 2_000

/** That anything ended is told on the live channel always. */
function changed(arr: Arr, tasks: Tasks, command: Command): void {
  const {id, endedAt, name} = command
  if (isReported(command)) {
    arr.live.reportCommand(id, (version) => commandResource(speaking(arr, version), command))
  }
  if (endedAt === null) return
  tasks.ended(name)
  arr.live.send('system/task', 'sync')
}

/** By its file. They say the same to all. */
const read = new Map<string, Description>()

/** Read when it is first asked for. */
function described({openapi}: Dialect): (api: ApiVersion) => Description {
  return (api) => {
    const file = openapi[api]!
    const known = read.get(file) ?? new Description(file)
    read.set(file, known)
    return known
  }
}

function clientOf(
  config: DownloadClientConfig,
  at: number,
  backends: ReadonlyMap<string, TorrentBackend>,
): ArrClient {
  const backend = backends.get(config.backend ?? config.name)
  if (!backend) throw new Error(`no torrent backend ${config.backend ?? config.name}`)
  return {
    id: at + 1,
    name: config.name,
    backend,
    fields: config.fields ?? {},
    tags: config.tags ?? [],
    implementation: config.implementation ?? 'QBittorrent',
    category: config.category ?? 'arr',
    postImportCategory: config.postImportCategory ?? '',
    enable: config.enable ?? true,
    removeCompletedDownloads: config.removeCompletedDownloads ?? false,
    removeFailedDownloads: false,
    protocol: config.protocol ?? 'torrent',
  }
}
