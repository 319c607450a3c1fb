/** What Prometheus is told of the process, by the names that its usual dashboards know. */
import {performance} from 'node:perf_hooks'

interface ProcessFigure {
  readonly name: string
  readonly help: string
  readonly value: number
}

export function processFigures(): readonly ProcessFigure[] {
  const {user, system} = process.cpuUsage()
  const {rss, heapUsed, heapTotal, external} = process.memoryUsage()
  const microseconds = 1e6
  return [
    {name: 'process_cpu_seconds_total', help: 'CPU spent', value: (user + system) / microseconds},
    {name: 'process_resident_memory_bytes', help: 'Memory held', value: rss},
    {
      name: 'process_start_time_seconds',
      help: 'When the process started, since 1970',
      value: performance.timeOrigin / 1000,
    },
    {name: 'nodejs_heap_size_used_bytes', help: 'Heap in use', value: heapUsed},
    {name: 'nodejs_heap_size_total_bytes', help: 'Heap held', value: heapTotal},
    {name: 'nodejs_external_memory_bytes', help: 'Memory held outside the heap', value: external},
    {
      name: 'nodejs_eventloop_utilization_ratio',
      help: 'Share of its life that the main thread was busy',
      value: performance.eventLoopUtilization().utilization,
    },
  ]
}
