/** What about temporary quality profiles needs a person: each cause once, said again where it is about something else. */
import type {ProfileAlert} from '#searching/profile-service.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

interface AlertedArr {
  readonly id: string
  readonly name: string
}

export class ProfileAlerts {
  readonly #alerts: ActiveAlerts
  /** As it was said, by its cause. */
  readonly #said = new Map<string, string>()

  constructor(board: AlertBoard) {
    this.#alerts = new ActiveAlerts(board)
  }

  /** All that there is of one Arr; what is not among them is over. */
  show(arr: AlertedArr, alerts: readonly ProfileAlert[]): void {
    const now = new Map(alerts.map((alert) => [`${arr.id} ${alert.code}`, alert]))
    for (const cause of this.#said.keys())
      if (cause.startsWith(`${arr.id} `) && now.get(cause)?.message !== this.#said.get(cause))
        this.#end(cause)
    for (const [cause, {code, message}] of now) {
      if (this.#said.has(cause)) continue
      this.#said.set(cause, message)
      this.#alerts.begin(cause, {
        by: 'Searches',
        subject: 'arr',
        serverId: null,
        name: arr.name,
        code,
        heals: false,
        args: {id: arr.id},
        message,
      })
    }
  }

  #end(cause: string): void {
    this.#said.delete(cause)
    this.#alerts.end(cause)
  }
}
