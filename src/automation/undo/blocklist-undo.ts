/**
 * Undo of what a rule had an Arr blocklist, days later: the entry leaves the Arr's blocklist, so that the release may be
 * grabbed again. No more comes back: in the Arr's history the download has failed permanently.
 */
import {randomUUIDv7} from 'node:crypto'
import type {AuditEntry} from '#journal/audit.ts'
import {stepAfter, type JournalEntry, type JournalStep} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import type {Principal} from '#model/access.ts'
import {asArrId, type ArrId, type BlockedRelease} from '#model/arr.ts'
import {CommodarrError, type ErrorCode} from '#model/errors.ts'
import {FAIL_DOWNLOAD} from '../sagas/fail-download.ts'

/** What rules do by which an Arr blocklists a release. */
export const blocklisting: ReadonlySet<string> = new Set(['arr.blocklist', FAIL_DOWNLOAD])
/** What a person does by it, as the journal calls it. */
const UNBLOCK = 'arr.unblock'

/** Takes the entries of a release off the blocklist of an Arr. */
export interface BlockingArrs {
  /** @throws {CommodarrError} arr_unknown, forbidden: it is not for him */
  demand(by: Principal, arr: ArrId): void
  /** @returns how many went; 0 = there is none (any more). @throws {CommodarrError} why it cannot be asked */
  unblock(arr: ArrId, release: BlockedRelease): Promise<number>
}

export interface BlocklistUndoDeps {
  readonly arrs: BlockingArrs
  /** Resolves when the entries are on disk. */
  readonly write: (entries: readonly JournalEntry[]) => Promise<void>
  readonly clock: Clock
}

export interface Blocked {
  readonly arr: ArrId
  readonly release: BlockedRelease
}

/** What came back, and what did not. */
export const FREED =
  'Its release is off the blocklist of its Arr and may be grabbed again. The Arr keeps this download as failed, so it ' +
  'does not take it in; what it searched or grabbed since stays.'

/** What the journal kept of it; `null` = not enough to find it by. */
export function blockedBy({verb, args}: Pick<AuditEntry, 'verb' | 'args'>): Blocked | null {
  if (!blocklisting.has(verb)) return null
  const {arr, title, items, grabbedAt} = verb === FAIL_DOWNLOAD ? releaseOf(args) : (args as Kept)
  if (typeof arr !== 'string' || typeof title !== 'string' || typeof grabbedAt !== 'number') return null
  const known = Array.isArray(items) ? items.filter((it) => typeof it === 'string') : []
  return {arr: asArrId(arr), release: {title, items: known, grabbedAt}}
}

type Kept = Readonly<Record<string, unknown>>

/** A failed download keeps its release apart, and its Arr with its download. */
function releaseOf(args: object): Kept {
  const {download, release} = args as {readonly download?: {readonly arrId: string}; readonly release?: Kept}
  return {...release, arr: download?.arrId}
}

export class BlocklistUndo {
  readonly #parts: BlocklistUndoDeps

  constructor(parts: BlocklistUndoDeps) {
    this.#parts = parts
  }

  /**
   * An action of the person, written down before its Arr is told.
   * @throws {CommodarrError} undo_impossible, forbidden, arr_unknown, or what ails the Arr
   */
  async undo(by: Principal, event: AuditEntry, {arr, release}: Blocked): Promise<void> {
    const {arrs, write, clock} = this.#parts
    arrs.demand(by, arr)
    const {subject, serverId, hash, name, id: causeId} = event
    const entry: JournalEntry = {
      id: randomUUIDv7(),
      at: clock.now(),
      actor: by.actor,
      subject,
      serverId,
      hash,
      name,
      causeId,
      verb: UNBLOCK,
      args: {arr, title: release.title, items: release.items},
      isBrief: true,
      phase: 'intended',
    }
    const step = (what: Omit<JournalStep, 'at'>) => write([stepAfter(entry, {at: clock.now(), ...what})])
    await write([entry])
    await step({phase: 'sending'})
    try {
      const gone = await arrs.unblock(arr, release)
      if (gone === 0) throw new CommodarrError('undo_impossible', 'Its Arr has it on its blocklist no more.')
      await step({phase: 'confirmed', message: FREED})
    } catch (error) {
      if (error instanceof CommodarrError) await step(endOf(error))
      throw error
    }
  }
}

/** Of these nothing was changed; after all else nobody knows, as an answer may have been lost. */
const said: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'command_refused',
  'not_supported',
  'arr_not_ready',
  'not_ready',
  'login_refused',
])

function endOf({code, message}: CommodarrError): Omit<JournalStep, 'at'> {
  if (code === 'undo_impossible') return {phase: 'refused', code, message}
  return {phase: said.has(code) ? 'failed' : 'unconfirmed', code, message}
}
