/**
 * What an Arr says of its search commands while they run, kept for who asks what came of them: it says so on its live
 * channel alone, and nowhere later. While the channel stands, no question is needed to know that a command goes on.
 */
import * as z from 'zod'
import type {ArrCommand} from '#model/arr.ts'
import {command} from './api/shapes.ts'
import type {LiveSource} from './live-channel.ts'
import {heardIn, type SearchWords} from './search-outcome.ts'

interface Heard {
  readonly command: ArrCommand
  readonly messages: readonly string[]
}

/** Commands that are remembered; who asks for one does so within minutes. */
const MOST = 50
/** Messages of one: a season of an anime has two for each episode. */
const MOST_MESSAGES = 500
/** A message is a part of a command. */
const message = z.object({id: z.int(), name: z.string()}).loose().pipe(command)

export class SearchWatch {
  /** By the number of the command, the newest last. */
  readonly #heard = new Map<number, Heard>()
  /** Others run than before. */
  readonly #changed: () => void

  constructor(changed: () => void = () => undefined) {
    this.#changed = changed
  }

  /** The same channel, which is heard here as well. */
  on(channel: LiveSource): LiveSource {
    return {
      start: ({up, down, message: hears}) =>
        channel.start({
          up,
          down: () => {
            this.interrupted()
            down()
          },
          message: (one) => {
            if (one.name === 'command') this.hear(one.resource)
            hears(one)
          },
        }),
      stop: () => channel.stop(),
    }
  }

  /** Of any command, as the live channel has it. */
  hear(resource: unknown): void {
    const {data} = message.safeParse(resource)
    if (!data || !/search$/i.test(data.name)) return
    const known = this.#heard.get(data.id)
    const before = known?.messages ?? []
    const isNew = data.message !== '' && !before.includes(data.message) && before.length < MOST_MESSAGES
    this.#heard.delete(data.id)
    this.#heard.set(data.id, {command: data, messages: isNew ? [...before, data.message] : before})
    if (isGoing(data) !== (known !== undefined && isGoing(known.command))) this.#changed()
    if (this.#heard.size > MOST) this.#heard.delete(this.#heard.keys().next().value!)
  }

  /** The channel fell: what goes on may have ended without a word. */
  interrupted(): void {
    const before = this.running.length
    for (const [id, {command: one}] of this.#heard) if (isGoing(one)) this.#heard.delete(id)
    if (before > 0) this.#changed()
  }

  /** `null` = nothing was heard of it, or not its end and the channel fell. */
  of(id: number): {readonly command: ArrCommand; readonly words: SearchWords} | null {
    const heard = this.#heard.get(id)
    return heard ? {command: heard.command, words: heardIn(heard.messages)} : null
  }

  /** Those that go on, ours as well. */
  get running(): readonly number[] {
    return [...this.#heard.values()].flatMap(({command: one}) => (isGoing(one) ? [one.id] : []))
  }
}

export function isGoing({status}: Pick<ArrCommand, 'status'>): boolean {
  return status === 'queued' || status === 'started'
}
