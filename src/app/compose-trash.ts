/** The trash, put together: what rules set aside, how it comes back, and how it goes for good. */
import {recycleTorrent, type RecycleParts} from '#executor/sagas/recycle-torrent.ts'
import type {SagaKind, SagaRunner} from '#executor/sagas/saga-runner.ts'
import {Recycling} from '#executor/trash/recycling.ts'
import {TrashKeeper, type TrashParts} from '#executor/trash/trash-keeper.ts'
import {trashDisk, type TrashDiskParts} from './trash-disk.ts'

export interface TrashOfAppParts extends Omit<TrashParts, 'disk' | 'fleet' | 'details'> {
  readonly fleet: TrashDiskParts['fleet']
  readonly details: TrashDiskParts['details'] & TrashParts['details']
  readonly servers: TrashDiskParts['servers']
  readonly server: TrashDiskParts['server']
  readonly disk: TrashDiskParts['disk']
  readonly sagas: () => Pick<SagaRunner, 'begin'>
}

export interface TrashOfApp {
  /** For routes, and for the desk of decisions. To be started when the sagas go on, stopped before memory closes. */
  readonly trash: TrashKeeper
  /** For the desk of decisions. */
  readonly recycling: Recycling
  /** For the runner of sagas. */
  readonly saga: (parts: Pick<RecycleParts, 'remove' | 'presence' | 'ended'>) => SagaKind
}

export function trashOfApp(parts: TrashOfAppParts): TrashOfApp {
  const disk = trashDisk(parts)
  const {write, clock, fleet, sagas} = parts
  const trash = new TrashKeeper({...parts, disk})
  return {
    trash,
    recycling: new Recycling({disk, keeper: trash, sagas, fleet, clock}),
    saga: (more) => recycleTorrent({...more, trash, disk, write, clock}),
  }
}
