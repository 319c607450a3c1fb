/** The trash, put together: what rules and people set aside, how it comes back, and how it goes for good. */
import {ASIDE, RECYCLE, recycleTorrent, type RecycleParts} from '#trash/recycle-torrent.ts'
import type {SagaKind, SagaRunner} from '#executor/saga-runner.ts'
import {Recycling} from '#trash/recycling.ts'
import {Removals, type RemovalsParts} from '#trash/removals.ts'
import {TrashKeeper, type TrashParts} from '#trash/trash-keeper.ts'
import type {TrashDisk} from '#trash/trash-disk.ts'
import type {SagaBook} from '#automation-state/saga-book.ts'
import {keyText} from '#model/torrent-key.ts'
import {EXTRA_FILES, ORPHAN} from '#model/trash.ts'
import {trashDisk, type TrashDiskParts} from '#trash/disk-mapped.ts'

export interface TrashOfAppParts extends Omit<
  TrashParts,
  'disk' | 'fleet' | 'details' | 'executor' | 'isUnderWay'
> {
  readonly fleet: TrashDiskParts['fleet']
  readonly details: TrashDiskParts['details'] & TrashParts['details']
  readonly servers: TrashDiskParts['servers']
  readonly server: TrashDiskParts['server']
  readonly disk: TrashDiskParts['disk']
  readonly patience: TrashDiskParts['patience']
  readonly executor: TrashParts['executor'] & RemovalsParts['executor']
  readonly sagas: () => Pick<SagaRunner, 'begin'>
  readonly begun: Pick<SagaBook, 'about'>
}

export interface TrashOfApp {
  /** For routes, and for the desk of decisions. To be started when the sagas go on, stopped before memory closes. */
  readonly trash: TrashKeeper
  /** For the desk of decisions. */
  readonly recycling: Recycling
  /** For people. */
  readonly removals: Removals
  readonly noTrash: TrashDisk['noTrash']
  /** For the runner of sagas. */
  readonly sagaKinds: (parts: Pick<RecycleParts, 'remove' | 'presence' | 'ended'>) => readonly SagaKind[]
}

export function trashOfApp(parts: TrashOfAppParts): TrashOfApp {
  const disk = trashDisk(parts)
  const {write, clock, fleet, sagas, begun, executor} = parts
  const isUnderWay: TrashParts['isUnderWay'] = (record) =>
    [RECYCLE, ASIDE, EXTRA_FILES].some((kind) => begun.about(kind, keyText(record))) ||
    begun.about(ORPHAN, record.id) !== null
  const trash = new TrashKeeper({...parts, disk, isUnderWay})
  const recycling = new Recycling({disk, keeper: trash, sagas, fleet, clock})
  return {
    ...{trash, recycling},
    removals: new Removals({executor, keeper: trash, recycling, disk, fleet}),
    noTrash: (key) => disk.noTrash(key),
    sagaKinds: (more) => recycleTorrent({...more, trash, disk, write, clock}),
  }
}
