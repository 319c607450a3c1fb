/** What can go wrong with an Arr: with its answers, and with what it does. */
import type {Random} from '../simulators/random.ts'

/** What the client sees of a request. */
type HttpFaultKind =
  | {readonly kind: 'down' | 'reset' | 'hang' | 'starting' | 'redirectToLogin' | 'html200'}
  | {readonly kind: 'slow'; readonly ms: number; readonly bytesPerSec?: number}
  | {readonly kind: '401' | '403' | '404' | '409' | '502' | '503'}
  | {readonly kind: '429'; readonly retryAfter?: number}
  | {readonly kind: '500'; readonly body?: 'html' | 'json'}
  | {readonly kind: 'malformedJson' | 'truncatedJson' | 'wrongContentType' | 'hugeBody' | 'duplicateRows'}
  | {readonly kind: 'missingField' | 'nullField' | 'unknownEnum'; readonly field: string}
  | {readonly kind: 'clockSkew'; readonly seconds: number}

/** What the Arr does wrong, or what is set up wrongly. */
type DomainFaultKind =
  | {
      readonly kind:
        | 'stuckQueue'
        | 'importNeverFinishes'
        | 'refreshStopped'
        | 'cdhDisabled'
        | 'pathMappingMissing'
        /** `moviefile?movieId=` looks at the first id alone, and has nothing for one that is gone: before Radarr 5.3.3. */
        | 'firstMovieIdOnly'
        | 'emptyDownloadIdInHistory'
        | 'manualTorrent'
        | 'indexersDisabled'
        | 'autoRedownloadOff'
        | 'secondManagerDeletes'
        | 'webhookDuplicate'
        | 'webhookReorder'
        | 'webhookFirstTestFails'
        | 'signalrSilent'
    }
  | {readonly kind: 'importReject'; readonly class: string}
  /** Paths of downloads lead to a folder that is there, and is another. */
  | {readonly kind: 'wrongMapping'; readonly folder: string}
  | {readonly kind: 'webhookLost'}
  | {readonly kind: 'signalrDrop'; readonly everyMs: number}
  /** Questions to indexers; `path` means their names. */
  | {readonly kind: 'indexerFails'; readonly status: number; readonly retryAfter?: number}
  /** An indexer does not give the torrent of what it listed; `path` means their names. */
  | {readonly kind: 'grabFails'}
  /** Commands, as they end or do not; `path` means their names. */
  | {readonly kind: 'commandFails'; readonly exception: string}
  | {readonly kind: 'commandAborts'}
  | {readonly kind: 'commandHangs'; readonly ms: number}

export type Fault = (HttpFaultKind | DomainFaultKind) & {
  /** Names it for `clear`; default: its kind. */
  readonly id?: string
  /** A regular expression over `METHOD /path`, or over what its kind says; absent = everything. */
  readonly path?: string
  /** 0 to 1; default 1. */
  readonly probability?: number
  /** 2 = each second one that fits; absent = each. */
  readonly every?: number
  /** Times it strikes; absent = until cleared. */
  readonly count?: number
  /** Window in ms of the simulation, from when it was switched on. */
  readonly from?: number
  readonly to?: number
}

interface Armed {
  readonly id: string
  readonly fault: Fault
  readonly path: RegExp | null
  readonly since: number
  left: number
  /** Requests that fit. */
  seen: number
}

const httpKinds = new Set<string>([
  'down',
  'reset',
  'hang',
  'starting',
  'redirectToLogin',
  'html200',
  'slow',
  '401',
  '403',
  '404',
  '409',
  '502',
  '503',
  '429',
  '500',
  'malformedJson',
  'truncatedJson',
  'wrongContentType',
  'hugeBody',
  'duplicateRows',
  'missingField',
  'nullField',
  'unknownEnum',
  'clockSkew',
])

export class ArrFaults {
  #armed: Armed[] = []
  readonly #random: Random
  readonly #now: () => number

  constructor(random: Random, now: () => number) {
    this.#random = random
    this.#now = now
  }

  /** Switches a fault on; one of the same id is replaced. @returns its id */
  add(fault: Fault): string {
    const id = fault.id ?? fault.kind
    this.clear(id)
    const path = fault.path === undefined ? null : new RegExp(fault.path)
    this.#armed.push({id, fault, path, since: this.#now(), left: fault.count ?? Infinity, seen: 0})
    return id
  }

  /** Switches one off, or all. */
  clear(id?: string): void {
    this.#armed = id === undefined ? [] : this.#armed.filter((armed) => armed.id !== id)
  }

  /** How wrong its clock is, ms; being asked that does not count. */
  get clockSkew(): number {
    const found = this.#armed.find(({fault}) => fault.kind === 'clockSkew')
    return found?.fault.kind === 'clockSkew' ? found.fault.seconds * 1_000 : 0
  }

  get active(): string[] {
    return this.#armed.map((armed) => armed.id)
  }

  /** Every fault that strikes this request; they count as used. */
  request(name: string): Fault[] {
    return this.#armed
      .filter((armed) => httpKinds.has(armed.fault.kind) && this.#strikes(armed, name))
      .map((armed) => armed.fault)
  }

  /** The domain fault of this kind, if it strikes now. @param name of what it is about, where that has one */
  domain<K extends DomainFaultKind['kind']>(kind: K, name = ''): Extract<Fault, {kind: K}> | null {
    for (const armed of this.#armed) {
      if (armed.fault.kind === kind && this.#strikes(armed, name))
        return armed.fault as Extract<Fault, {kind: K}>
    }
    return null
  }

  #strikes(armed: Armed, name: string): boolean {
    const {fault} = armed
    const at = this.#now() - armed.since
    if (armed.left <= 0 || at < (fault.from ?? 0) || at >= (fault.to ?? Infinity)) return false
    if (armed.path && !armed.path.test(name)) return false
    if (armed.seen++ % (fault.every ?? 1) !== 0) return false
    if (fault.probability !== undefined && !this.#random.chance(fault.probability)) return false
    armed.left--
    return true
  }
}
