/** Says once of each Arr that a search of it does not end: it takes no other one of ours meanwhile. */
import {asArrId, type ArrId} from '#model/arr.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

export class StuckSearches {
  readonly #arrs: {nameOf(id: ArrId): string}
  /** By the id of the Arr. */
  readonly #alerts: ActiveAlerts

  constructor(board: AlertBoard, arrs: {nameOf(id: ArrId): string}) {
    this.#arrs = arrs
    this.#alerts = new ActiveAlerts(board)
  }

  heard(arrId: string, isStuck: boolean): void {
    if (!isStuck) return this.#alerts.end(arrId)
    this.#alerts.begin(arrId, {
      by: 'Searches',
      subject: 'arr',
      serverId: null,
      name: this.#arrs.nameOf(asArrId(arrId)),
      code: 'search_stuck',
      heals: true,
      args: {id: arrId},
      message:
        'A search that Commodarr began there has not ended for over half an hour. An Arr cannot cancel a search that runs, so nothing else is searched there until it ends, for a day at most. If it does not, restart the Arr.',
    })
  }
}
