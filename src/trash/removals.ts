/**
 * Removes what people want removed: into the trash, or past it where they say so. What cannot be set aside is not
 * removed, unless they were told before that its files go permanently.
 *
 *   torrent only ─▶ kept with its torrent file ─────────────────┐
 *   with files ─▶ guards ─▶ kept, with the plan of its files ───┴─▶ executor: the torrent goes ─▶ saga: files aside
 *        └─ no trash there, as he was told; or free at once ─▶ executor: torrent and files go
 */
import {randomUUIDv7} from 'node:crypto'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {objectionTo, torrentVerbsNeed} from '#executor/authorise.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import type {OrderTerms, TermedOrder} from '#executor/order-terms.ts'
import {cancelledByPerson} from '#executor/outcomes.ts'
import type {CommandResult, RemovalCommand} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ItemResult, RemovalOrder} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {notKept, type Begun, type Recycling, type TorrentsNow} from './recycling.ts'
import type {TrashDisk} from './trash-disk.ts'

/** What people remove can be brought back for so long. */
export const REMOVED_DAYS = 7
/** Torrents of one server that are looked into at the same time: each is asked for its files and its torrent file. */
const AT_ONCE = 4
/** Torrents of one server that are judged together: some 20 ms of everybody's time. */
const PORTION = 500

export class Removals {
  readonly #executor: Pick<CommandExecutor, 'run' | 'refusals'>
  readonly #recycling: Pick<Recycling, 'await' | 'mayGo' | 'takeBack'>
  readonly #disk: Pick<TrashDisk, 'noTrash'>
  readonly #torrents: TorrentsNow
  #isStopping = false

  constructor(
    executor: Pick<CommandExecutor, 'run' | 'refusals'>,
    recycling: Pick<Recycling, 'await' | 'mayGo' | 'takeBack'>,
    disk: Pick<TrashDisk, 'noTrash'>,
    torrents: TorrentsNow,
  ) {
    this.#executor = executor
    this.#recycling = recycling
    this.#disk = disk
    this.#torrents = torrents
  }

  /** As `Executor.run`. done = its server took it; its files are set aside when it is gone there. */
  async run(order: RemovalOrder): Promise<readonly ItemResult[]> {
    const ends = new Map<string, CommandResult>()
    const servers = Map.groupBy(onceEach(order.keys), ({serverId}) => serverId)
    await Promise.all(
      [...servers].map(async ([serverId, keys]) => {
        for (const [key, end] of await this.#onServer(serverId, {...order, keys})) ends.set(key, end)
      }),
    )
    return order.keys.map((key) => ({key, result: ends.get(keyText(key))!}))
  }

  /** What was not sent by now is not sent any more, and told so. */
  stop(): void {
    this.#isStopping = true
  }

  async #onServer(serverId: ServerId, order: RemovalOrder): Promise<ReadonlyMap<string, CommandResult>> {
    const {by, command} = order
    // It says no, and writes down that he tried.
    if (objectionTo(by.access, torrentVerbsNeed, serverId)) return this.#direct(order)
    if (command.args.freeAtOnce) return this.#direct(order)
    const ends = new Map<string, CommandResult>()
    const [aside, permanent] = await this.#sorted(order, ends)
    const sent =
      permanent.length === 0 ? [] : await this.#direct({...order, ...withoutTrash(order, permanent)})
    for (const [key, end] of sent) ends.set(key, end)
    for (let at = 0; at < aside.length; at += PORTION) {
      const some = await this.#portion(order, serverId, aside.slice(at, at + PORTION))
      for (const [key, end] of some) ends.set(key, end)
    }
    return ends
  }

  /** What guards say no to already is not looked into. */
  async #portion(
    order: RemovalOrder,
    serverId: ServerId,
    keys: readonly TorrentKey[],
  ): Promise<ReadonlyMap<string, CommandResult>> {
    const terms = this.#terms()
    const alone = {...order, ...torrentAlone(order), keys, terms: () => terms}
    const ends = new Map(await this.#executor.refusals(alone))
    const isOpen = (key: TorrentKey) => !ends.has(keyText(key))
    const open = keys.filter(isOpen)
    if (open.length > 0) {
      const hashes = open.map(({hash}) => hash)
      await this.#torrents.refresh(serverId, hashes)
      // By what its server tells now it may be another one than was ordered, whose files do not concern this order.
      for (const [key, no] of await this.#executor.refusals({...alone, keys: open})) ends.set(key, no)
    }
    const left = open.filter(isOpen).values()
    const lane = async () => {
      for (const key of left) ends.set(keyText(key), await this.#intoTrash(order, key))
    }
    await Promise.all(Array.from({length: AT_ONCE}, lane))
    // Whatever became of them: everybody else gets his turn before the next.
    await nextTurn()
    return ends
  }

  async #direct(order: RemovalOrder): Promise<ReadonlyMap<string, CommandResult>> {
    const results = await this.#executor.run(order)
    return new Map(results.map(({key, result}) => [keyText(key), result]))
  }

  /** By what becomes of them. @param ends of those that nobody may remove so */
  async #sorted(
    {keys, command}: RemovalOrder,
    ends: Map<string, CommandResult>,
  ): Promise<[aside: TorrentKey[], permanent: TorrentKey[]]> {
    const aside: TorrentKey[] = []
    const permanent: TorrentKey[] = []
    for (const key of keys) {
      const no = command.verb === 'remove' ? null : await this.#disk.noTrash(key)
      const {freeOn} = command.args
      if (no === null) aside.push(key)
      else if (freeOn?.includes(key.serverId)) permanent.push(key)
      else ends.set(keyText(key), impossible(`${no.why} Without the trash it is deleted permanently.`))
    }
    return [aside, permanent]
  }

  async #intoTrash(order: RemovalOrder, key: TorrentKey): Promise<CommandResult> {
    if (this.#isStopping) return stopping
    if (order.isCancelled?.()) return cancelledByPerson
    try {
      return order.command.verb === 'remove'
        ? await this.#alone(order, key)
        : await this.#withFiles(order, key)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {outcome: 'refused', code: error.code, message: error.message}
    }
  }

  /** Its server is told nothing of data: also where we see none, it may lie where we do not look. @throws {CommodarrError} */
  async #alone(order: RemovalOrder, key: TorrentKey): Promise<CommandResult> {
    const begun = await this.#recycling.await({...this.#wish(order, key), verb: 'remove'})
    if ('refused' in begun) return begun.refused
    const terms = this.#terms(begun.id)
    const its = begun.isAgain ? {...terms, journal: {causeId: begun.id}} : {...terms, id: begun.id}
    return this.#send({...order, ...torrentAlone(order), keys: [key]}, begun, its)
  }

  async #withFiles(order: RemovalOrder, key: TorrentKey): Promise<CommandResult> {
    const torrent = this.#torrents.get(key)
    // A magnet without metadata has no data that could be set aside.
    if (torrent && !torrent.hasMetadata) return this.#alone(order, key)
    const begun = await this.#recycling.await({...this.#wish(order, key), verb: 'recycle'})
    if ('id' in begun) {
      const terms = {...this.#terms(begun.id), journal: {causeId: begun.id}}
      return this.#send({...order, ...torrentAlone(order), keys: [key]}, begun, terms)
    }
    const {refused, isNothing} = begun
    if (isNothing && torrent?.completed === 0) return this.#alone(order, key)
    if (refused.code === 'disk_failed')
      return impossible(`${refused.message} Without the trash it is deleted permanently.`)
    return isOfDisk.has(refused.code) ? impossible(refused.message) : refused
  }

  #wish({by, command, entryOf}: RemovalOrder, key: TorrentKey) {
    const acceptsDoubt = command.args.acceptsDoubt === true
    return {actor: by.actor, key, days: REMOVED_DAYS, acceptsDoubt, causeId: entryOf?.(key).causeId}
  }

  async #send(
    order: RemovalOrder & Pick<TermedOrder, 'setsAside'>,
    {id, isAgain}: Extract<Begun, {readonly id: string}>,
    terms: OrderTerms,
  ): Promise<CommandResult> {
    const [key] = order.keys
    const sent = this.#isStopping ? [] : await this.#executor.run({...order, terms: () => terms})
    const result = sent[0]?.result ?? stopping
    const isTaken = result.outcome === 'done' || result.outcome === 'unconfirmed'
    // One that was sent before, and had no answer, may still have arrived.
    if (!isTaken && !isAgain) await this.#recycling.takeBack(key!, id)
    return result
  }

  /** @param keptAs its name in the trash; absent = it is not there yet */
  #terms(keptAs?: string): OrderTerms {
    // The executor may look at it for minutes, and a person may bring it back by then.
    const objection = () => (keptAs === undefined || this.#recycling.mayGo(keptAs) ? null : notKept)
    return {id: randomUUIDv7(), journal: {}, objection}
  }
}

/** What its server is told where files are set aside by us; who accepts a doubt does so in either way. */
function torrentAlone({command}: Pick<RemovalOrder, 'command'>): {
  readonly command: RemovalCommand
  readonly setsAside: boolean
} {
  return {command: {verb: 'remove', args: doubtOf(command)}, setsAside: command.verb === 'removeWithData'}
}

function doubtOf({args: {acceptsDoubt}}: RemovalCommand): RemovalCommand['args'] {
  return acceptsDoubt ? {acceptsDoubt} : {}
}

/** Whose reason a disk is, and not who wants it. */
const isOfDisk: ReadonlySet<string> = new Set(['not_supported', 'path_refused'])

const stopping: CommandResult = {
  outcome: 'refused',
  code: 'shutting_down',
  message: 'Commodarr is stopping, so nothing was sent.',
}

function withoutTrash({command}: RemovalOrder, keys: readonly TorrentKey[]) {
  return {keys, command: {...command, args: {freeAtOnce: true, ...doubtOf(command)}}}
}

function impossible(why: string): CommandResult {
  return {outcome: 'refused', code: 'trash_impossible', message: why}
}

function onceEach(keys: readonly TorrentKey[]): readonly TorrentKey[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()]
}
