/** What real Arrs answered, sent and said (`lab/recordings`), and how two such things are compared. */
import {readFileSync} from 'node:fs'
import type {StatusMessage} from './arr.ts'
import type {LiveMessage} from './live-hub.ts'

export interface RecordedCall {
  readonly name: string
  readonly request: {readonly method: string; readonly path: string; readonly body?: unknown}
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body?: unknown
  }
}

/** One download as the queue showed it, one state after the other; `gone` = no row. */
export interface RecordedDownload {
  readonly name: string
  readonly title: string
  readonly states: readonly (RecordedState | {readonly gone: true})[]
}

export interface RecordedState {
  readonly seriesId: number | null
  readonly episode: number | null
  readonly status: string
  readonly trackedDownloadState: string
  readonly trackedDownloadStatus: string
  readonly statusMessages: readonly StatusMessage[]
  readonly errorMessage: string | null
  readonly outputPath: string | null
}

interface Recordings {
  readonly api: readonly RecordedCall[]
  readonly webhooks: readonly {readonly name: string; readonly body: object}[]
  readonly live: readonly {
    readonly name: string
    readonly frames: readonly {readonly arguments: readonly [LiveMessage]}[]
  }[]
  readonly timeline: readonly RecordedDownload[]
}

export type RecordedVersion = 'radarr-6.1.0' | 'sonarr-4.0.19' | 'sonarr-5.0.0'

export function recorded<K extends keyof Recordings>(version: RecordedVersion, what: K): Recordings[K] {
  const url = new URL(`../recordings/${version}/${what}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Recordings[K]
}

/** @throws when nothing was recorded under this name */
export function named<T extends {readonly name: string}>(all: readonly T[], name: string): T {
  const found = all.find((one) => one.name === name)
  if (!found) throw new Error(`Nothing was recorded as "${name}".`)
  return found
}

/**
 * Where the two are not of one shape: `records[].data.age: missing`, `id: text for number`, `isNew: not recorded`. Rows of
 * a list are one: what any of them has. Rows of history are one for each event.
 */
export function differences(real: unknown, simulated: unknown, at = ''): string[] {
  const [one, other] = [kindOf(real), kindOf(simulated)]
  if (one !== other) return [`${at || 'all'}: ${other} for ${one}`]
  if (Array.isArray(real) && Array.isArray(simulated)) return listDifferences(real, simulated, at)
  if (one !== 'object') return []
  const [mine, theirs] = [real as Fields, simulated as Fields]
  const names = new Set([...Object.keys(mine), ...Object.keys(theirs)])
  return [...names].flatMap((name) => {
    const path = at === '' ? name : `${at}.${name}`
    if (!(name in theirs)) return [`${path}: missing`]
    if (!(name in mine)) return [`${path}: not recorded`]
    return differences(mine[name], theirs[name], path)
  })
}

type Fields = Readonly<Record<string, unknown>>

function listDifferences(real: readonly unknown[], simulated: readonly unknown[], at: string): string[] {
  // Of an empty list nothing is known.
  if (real.length === 0 || simulated.length === 0) return []
  if (kindOf(real[0]) !== 'object') return differences(real[0], simulated[0], `${at}[]`)
  const [mine, theirs] = [grouped(real as Fields[]), grouped(simulated as Fields[])]
  return [...mine].flatMap(([event, rows]) => {
    const found = theirs.get(event)
    const path = `${at}[${event}]`
    return found ? differences(merged(rows), merged(found), path) : [`${path}: missing`]
  })
}

function grouped(rows: readonly Fields[]): Map<string, Fields[]> {
  return Map.groupBy(rows, (row) => (typeof row['eventType'] === 'string' ? row['eventType'] : ''))
}

/** What any of them has; nothing is of another kind than something. */
function merged(rows: readonly Fields[]): Fields {
  const all: Record<string, unknown> = {}
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const before = all[name]
      if (before === undefined || before === null) all[name] = value
      else if (Array.isArray(before) && Array.isArray(value)) all[name] = [...before, ...(value as unknown[])]
      else if (kindOf(before) === 'object' && kindOf(value) === 'object')
        all[name] = merged([before as Fields, value as Fields])
    }
  }
  return all
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return value === null ? 'null' : typeof value
}
