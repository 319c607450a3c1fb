/** Says once of each Arr whose library is away that the trash keeps what was imported into it, beyond its time. */
import type {LibraryAway} from '#model/trash.ts'
import type {ProtectingArrs} from '../facts/protecting-arrs.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

export class PurgeWaits {
  readonly #arrs: Pick<ProtectingArrs, 'doubtsOf'>
  /** By the id of the Arr. */
  readonly #alerts: ActiveAlerts

  constructor(board: AlertBoard, arrs: Pick<ProtectingArrs, 'doubtsOf'>) {
    this.#arrs = arrs
    this.#alerts = new ActiveAlerts(board)
  }

  /** @param libraries all that something in the trash waits for now */
  heard(libraries: readonly LibraryAway[]): void {
    for (const {arrId, why} of libraries) {
      this.#alerts.begin(arrId, {
        by: 'Trash',
        subject: 'arr',
        serverId: null,
        name: this.#arrs.doubtsOf(arrId).name,
        code: 'trash_waits_for_library',
        heals: false,
        args: {arr: arrId},
        message: `The trash keeps files beyond their time, as they may be the last copy of what was imported. ${why} They are kept until its library is back, or you delete them.`,
      })
    }
    const waiting = new Set<string>(libraries.map(({arrId}) => arrId))
    for (const arrId of this.#alerts.open) if (!waiting.has(arrId)) this.#alerts.end(arrId)
  }
}
