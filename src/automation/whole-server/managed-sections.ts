/** Which section of the configuration looks after a torrent, and what it says of its trackers. */
import type {ManagedRow} from '#model/manager.ts'
import type {InheritedSection, InheritedTracker} from '#rules/presets/inherited.ts'
import {rowsOn} from '#rules/presets/tracker-cases.ts'
import {sectionOf} from '../manager/owed.ts'
import type {ConfigInForce} from '../supervision/config-in-force.ts'
import type {Managers} from '../supervision/managers.ts'

export class ManagedSections {
  readonly #inForce: Pick<ConfigInForce, 'sections'>
  readonly #managers: Pick<Managers, 'managerOf'>

  constructor(inForce: Pick<ConfigInForce, 'sections'>, managers: Pick<Managers, 'managerOf'>) {
    this.#inForce = inForce
    this.#managers = managers
  }

  /** `null` = none: it is in no category of an Arr, nor in one that is managed. */
  of(row: Pick<ManagedRow, 'key' | 'category'>): InheritedSection | null {
    const {sections} = this.#inForce
    const id = this.#managers.managerOf(row.key)
    const isArr = sections.some(({arrId}) => arrId === id)
    return sectionOf(sections, row, isArr ? id : null)
  }

  /** With those of its server; empty = no section looks after it. */
  trackersOf(row: Pick<ManagedRow, 'key' | 'category'>): readonly InheritedTracker[] {
    const section = this.of(row)
    if (!section) return []
    const rows = rowsOn(section, row.key.serverId)
    return rows.filter(({host}, at) => rows.findIndex((one) => one.host === host) === at)
  }
}
