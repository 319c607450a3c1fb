/**
 * Figures for Prometheus, as text. Loaded when somebody asks for the first time: who has no Prometheus does not pay for
 * its library.
 */
import {monitorEventLoopDelay, performance} from 'node:perf_hooks'
import {Counter, Gauge, Registry} from 'prom-client'
import type {TrackerTotal} from '#history/tracker-totals.ts'
import type {AutomationFigures, DiskFigures, ServerView} from '#model/services.ts'
import type {ArrAtWork} from '../parts.ts'
import type {Scope} from '../scope/scope.ts'
import {figuresNow, isOnline, nameOf} from './server-views.ts'

interface MetricsSources {
  readonly version: string
  readonly scope: Scope
  readonly arrs: readonly ArrAtWork[]
  readonly trackers: readonly TrackerTotal[]
  /** Of the automation and the process; `null` = not for who asks. */
  readonly automation: AutomationFigures | null
  readonly disks: readonly DiskFigures[]
}

/** The registry lives as long as the request, so nothing of one person is left for the next. */
export async function prometheusText(sources: MetricsSources) {
  const {version, scope, arrs, trackers, automation, disks} = sources
  const registry = new Registry()
  new Figures(registry, 'info', 'Version of Commodarr', ['version']).set({version}, 1)
  addServers(registry, scope)
  addArrs(registry, arrs)
  addEach(registry, trackerFigures, trackers, ['tracker'], ({name}) => ({tracker: name}))
  if (automation !== null) {
    addAutomation(registry, automation)
    addEach(registry, diskFigures, disks, ['path'], ({path}) => ({path}))
    addProcess(registry)
  }
  return {type: Registry.PROMETHEUS_CONTENT_TYPE, text: await registry.metrics()}
}

const serverLabels = ['server_id', 'server_name', 'server_type'] as const
const arrLabels = ['arr_id', 'arr_name', 'arr_type'] as const

type Kind = 'counter' | 'gauge'

interface Figure<Of> {
  readonly name: string
  readonly help: string
  readonly kind?: Kind
  /** `undefined`, `null` and figures that are none: nobody knows; no line is written. */
  readonly of: (it: Of) => number | null | undefined
}

const serverFigures: readonly Figure<ServerView>[] = [
  {name: 'server_up', help: 'The server is online', of: (it) => Number(isOnline(it))},
  {name: 'server_torrents', help: 'Torrents known of the server', of: (it) => it.torrents},
  {
    name: 'server_download_speed_bytes',
    help: 'Download rate, bytes/s',
    of: (it) => figuresNow(it)?.downSpeed,
  },
  {name: 'server_upload_speed_bytes', help: 'Upload rate, bytes/s', of: (it) => figuresNow(it)?.upSpeed},
  {
    name: 'server_session_downloaded_bytes_total',
    help: 'Downloaded since the server started',
    kind: 'counter',
    of: (it) => figuresNow(it)?.sessionDownloaded,
  },
  {
    name: 'server_session_uploaded_bytes_total',
    help: 'Uploaded since the server started',
    kind: 'counter',
    of: (it) => figuresNow(it)?.sessionUploaded,
  },
  {
    name: 'server_free_space_bytes',
    help: 'Free where the server saves',
    of: (it) => figuresNow(it)?.freeSpace,
  },
  {
    name: 'server_synced_timestamp_seconds',
    help: 'When the last answer of the server was applied',
    of: (it) => inSeconds(it.syncedAt),
  },
  {
    name: 'server_poll_interval_seconds',
    help: 'Between two questions to the server at the moment',
    of: (it) => (isOnline(it) ? inSeconds(it.pollMs) : null),
  },
  {
    name: 'server_polls_total',
    help: 'Answers of the server about its torrents since Commodarr started',
    kind: 'counter',
    of: ({polls}) => polls.count,
  },
  {
    name: 'server_poll_duration_seconds_total',
    help: 'How long those answers took together; by server_polls_total = the mean',
    kind: 'counter',
    of: ({polls}) => inSeconds(polls.ms),
  },
  {
    name: 'server_consecutive_failures',
    help: 'Failures of the server in a row',
    of: (it) => it.health.consecutiveFailures,
  },
]

const arrFigures: readonly Figure<ArrAtWork>[] = [
  {
    name: 'arr_up',
    help: 'The Arr answers; absent = it is not managed',
    of: ({running}) => running && Number(running.queue !== null && running.fault === null),
  },
  {
    name: 'arr_queue',
    help: 'Downloads in the queue of the Arr; absent = it cannot be read',
    of: ({running}) => running?.queue?.length,
  },
  {
    name: 'arr_failed_checks',
    help: 'Health checks of the Arr that found something; absent = not known',
    of: ({running}) => running?.checks?.filter(({level}) => level !== 'ok').length,
  },
]

const trackerFigures: readonly Figure<TrackerTotal>[] = [
  {
    name: 'tracker_uploaded_30d_bytes',
    help: 'Uploaded to torrents of the tracker in the last 30 days',
    of: ({uploaded}) => uploaded,
  },
  {
    name: 'tracker_downloaded_30d_bytes',
    help: 'Downloaded of torrents of the tracker in the last 30 days',
    of: ({downloaded}) => downloaded,
  },
]

const automationFigures: readonly Figure<AutomationFigures>[] = [
  {
    name: 'removals_day',
    help: 'Removals that count against limits, in the last 24 hours',
    of: ({removed}) => removed.count,
  },
  {
    name: 'removals_day_bytes',
    help: 'What was removed by those, in the last 24 hours',
    of: ({removed}) => removed.bytes,
  },
  {name: 'holds', help: 'Torrents that wait until their time of a rule is over', of: ({holds}) => holds},
  {name: 'rules_suspended', help: 'Rules that a limit holds up', of: (it) => it.suspendedRules},
  {
    name: 'sagas_unfinished',
    help: 'Actions of several steps that are not finished',
    of: ({unfinished}) => unfinished.count,
  },
  {
    name: 'saga_oldest_start_timestamp_seconds',
    help: 'When the oldest of them began; absent = there is none',
    of: ({unfinished}) => inSeconds(unfinished.oldestAt),
  },
  {name: 'trash_items', help: 'Removed torrents and files in the trash', of: ({trash}) => trash.count},
  {name: 'trash_bytes', help: 'What they take', of: ({trash}) => trash.bytes},
]

const diskFigures: readonly Figure<DiskFigures>[] = [
  {
    name: 'disk_up',
    help: 'The disk that was at the path before is there; absent = none was seen there yet',
    of: ({isThere}) => (isThere === null ? null : Number(isThere)),
  },
  {name: 'disk_free_bytes', help: 'What can still be written there', of: (it) => it.freeBytes},
  {name: 'disk_size_bytes', help: 'Size of its file system', of: (it) => it.totalBytes},
]

function addServers(registry: Registry, {servers, views}: Scope): void {
  const all = servers.list()
  addEach(registry, serverFigures, all, serverLabels, nameOf)
  const healths = new Figures(registry, 'server_health', 'How the server does, and why', [
    ...serverLabels,
    'status',
    'reason',
  ])
  const latency = new Figures(registry, 'server_latency_seconds', 'How long the server takes to answer', [
    ...serverLabels,
    'percentile',
  ])
  const states = new Figures(registry, 'server_torrents_by_state', 'Torrents of the server in each state', [
    ...serverLabels,
    'state',
  ])
  const counts = views.countsPerServer('state')
  for (const server of all) {
    const labels = nameOf(server)
    const {status, reason, latencyP50Ms, latencyP95Ms} = server.health
    healths.set({...labels, status, reason}, 1)
    // How long it took, and what its torrents did, before it went away is nothing of now.
    if (!isOnline(server)) continue
    latency.set({...labels, percentile: '50'}, inSeconds(latencyP50Ms))
    latency.set({...labels, percentile: '95'}, inSeconds(latencyP95Ms))
    for (const {value, count} of counts.get(server.id) ?? []) states.set({...labels, state: value}, count)
  }
}

function addArrs(registry: Registry, arrs: readonly ArrAtWork[]): void {
  addEach(registry, arrFigures, arrs, arrLabels, ({card}) => ({
    arr_id: card.id,
    arr_name: card.name,
    arr_type: card.kind,
  }))
}

function addAutomation(registry: Registry, figures: AutomationFigures): void {
  addEach(registry, automationFigures, [figures], [], () => ({}))
  const ends = new Figures(
    registry,
    'decisions_total',
    'Ends of what rules decided, since the start',
    ['outcome'],
    'counter',
  )
  for (const [outcome, count] of figures.decisions) ends.set({outcome}, count)
}

function addProcess(registry: Registry): void {
  for (const {name, help, type, value} of processFigures()) {
    new Figures(registry, name, help, [], type, '').set({}, value)
  }
}

function addEach<Of>(
  registry: Registry,
  figures: readonly Figure<Of>[],
  all: readonly Of[],
  labelNames: readonly string[],
  labelsOf: (it: Of) => Labels,
): void {
  for (const {name, help, kind, of} of figures) {
    const each = new Figures(registry, name, help, labelNames, kind)
    for (const it of all) each.set(labelsOf(it), of(it))
  }
}

type Labels = Readonly<Record<string, string>>

/** All lines of one name. */
class Figures {
  readonly #set: (labels: Labels, value: number) => void

  constructor(
    registry: Registry,
    name: string,
    help: string,
    labelNames: readonly string[],
    kind: Kind = 'gauge',
    prefix = 'commodarr_',
  ) {
    const what = {name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry]}
    if (kind === 'counter') {
      const counter = new Counter(what)
      this.#set = (labels, value) => counter.inc(labels, value)
    } else {
      const gauge = new Gauge(what)
      this.#set = (labels, value) => gauge.set(labels, value)
    }
  }

  /** Nothing for what nobody knows. */
  set(labels: Labels, value: number | null | undefined): void {
    if (typeof value === 'number' && Number.isFinite(value)) this.#set(labels, value)
  }
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000
}

/* What Prometheus is told of the process, by the names that its usual dashboards know. */

interface ProcessFigure {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  /** `null` = not known yet. */
  readonly value: number | null
}

/** Each look wakes the process; a loop that is held up for longer is seen anyway. */
const LOOK_MS = 100
/** Since the first time that somebody asked: who has no Prometheus does not pay for it. */
let delay: ReturnType<typeof monitorEventLoopDelay> | null = null

function processFigures(): readonly ProcessFigure[] {
  const {user, system} = process.cpuUsage()
  const {rss, heapUsed, heapTotal, external} = process.memoryUsage()
  const microseconds = 1e6
  return [
    {
      name: 'process_cpu_seconds_total',
      help: 'CPU spent',
      type: 'counter',
      value: (user + system) / microseconds,
    },
    {name: 'process_resident_memory_bytes', help: 'Memory held', type: 'gauge', value: rss},
    {
      name: 'process_start_time_seconds',
      help: 'When the process started, since 1970',
      type: 'gauge',
      value: performance.timeOrigin / 1000,
    },
    {name: 'nodejs_heap_size_used_bytes', help: 'Heap in use', type: 'gauge', value: heapUsed},
    {name: 'nodejs_heap_size_total_bytes', help: 'Heap held', type: 'gauge', value: heapTotal},
    {
      name: 'nodejs_external_memory_bytes',
      help: 'Memory held outside the heap',
      type: 'gauge',
      value: external,
    },
    {
      name: 'nodejs_eventloop_utilization_ratio',
      help: 'Share of its life that the main thread was busy',
      type: 'gauge',
      value: performance.eventLoopUtilization().utilization,
    },
    {
      name: 'nodejs_eventloop_lag_p99_seconds',
      help: 'How late 99 in 100 looks at the main thread were at most, since this figure was last read',
      type: 'gauge',
      value: lagSinceLastAsked(),
    },
  ]
}

function lagSinceLastAsked(): number | null {
  if (delay === null) {
    delay = monitorEventLoopDelay({resolution: LOOK_MS})
    delay.enable()
    return null
  }
  if (delay.count === 0) return null
  const nanoseconds = delay.percentile(99)
  delay.reset()
  return Math.max(0, nanoseconds / 1e9 - LOOK_MS / 1000)
}
