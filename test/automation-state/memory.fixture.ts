/** For tests: books over a database in memory that can be taken away, and a clock that stands still. */
import {onTestFinished} from 'vitest'
import {Memory} from '#automation-state/memory.ts'
import type {FaultListener} from '#automation-state/writer.ts'
import type {Clock} from '#lib/clock.ts'
import {asInfoHash, asServerId, type TorrentKey} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '../doubles/virtual-clock.ts'

export const away = new StorageFault('storage_unavailable', 'PostgreSQL does not answer.', true)
export const inDoubt = new StorageFault('unconfirmed', 'It may have been written.', true)

export function torrent(n: number, server = 'A'): TorrentKey {
  return {serverId: asServerId(server), hash: asInfoHash(n.toString(16).padStart(40, '0'))!}
}

export interface MemoryHarness {
  readonly clock: VirtualClock
  readonly store: Store
  readonly parts: {readonly store: Pick<Store, 'read' | 'write'>; readonly onFault: FaultListener}
  /** What was told of faults: the error and how many rows it cost. */
  readonly reported: [unknown, number][]
  /** Transactions so far. */
  readonly writes: number
  /** From now on nothing can be written; `null` = again. */
  readonly setFault: (fault: StorageFault | null) => void
  /** @param time instead of the clock that stands still */
  readonly open: (time?: Clock) => Promise<Memory>
}

export async function memoryHarness(): Promise<MemoryHarness> {
  const store = await Store.sqlite(':memory:')
  onTestFinished(() => store.close())
  const clock = new VirtualClock()
  const reported: [unknown, number][] = []
  let fault: StorageFault | null = null
  let writes = 0
  const write: Store['write'] = async (work) => {
    if (fault !== null) throw fault
    writes++
    return store.write(work)
  }
  const parts = {
    store: {read: store.read.bind(store), write},
    onFault: (error: unknown, lost: number) => void reported.push([error, lost]),
  }
  return {
    clock,
    store,
    parts,
    reported,
    get writes() {
      return writes
    },
    setFault: (now) => void (fault = now),
    open: (time = clock) => Memory.open(parts.store, time, () => 1, parts.onFault),
  }
}
