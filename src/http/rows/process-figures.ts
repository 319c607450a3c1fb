/** What Prometheus is told of the process, by the names that its usual dashboards know. */
import {monitorEventLoopDelay, performance} from 'node:perf_hooks'

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

export function processFigures(): readonly ProcessFigure[] {
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
