/** The book of actions over the executor's house of two servers. */
import {TimeSlice} from '#lib/time-slice.ts'
import type {Acting, Requester} from '#model/access.ts'
import type {AnyTorrentCommand} from '#model/command.ts'
import type {CopyRun, ResumedCopies} from '#model/copies.ts'
import type {TorrentFile} from '#model/details.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {ActionView} from './action.ts'
import {ActionRegistry} from './actions.ts'
import {by, Harness} from './executor-harness.fixture.ts'
import {MovesOfActions, OrderedTorrents, PersonOrders} from './person-orders.ts'

export class ActionsHarness extends Harness {
  readonly warned: string[] = []
  readonly files = new Map<string, TorrentFile[]>()
  actingNow: (by: Requester) => Acting | null = (who) => who
  /** Whether a move is not seen in the list yet, by the id of its line in the journal. */
  moving: (id: string) => boolean = () => false
  /** Whether something else has its server move it. */
  movingBySetting: (key: TorrentKey) => boolean = () => false
  /** Orders to copy, the last of which `endCopies` ends. */
  readonly copyRuns: CopyRun[] = []
  endCopies: () => void = () => {}
  readonly cancelledCopies: string[] = []
  resumedCopies: readonly ResumedCopies[] = []
  readonly followedCopies: CopyRun[] = []
  untilFollowed: Promise<void> = Promise.resolve()
  bytesThere: number | null = null
  readonly registry = new ActionRegistry(
    new OrderedTorrents(
      {get: (key) => this.torrents.get(keyText(key)) ?? null},
      this.waits,
      {
        files: async (key) => {
          const files = this.files.get(keyText(key))
          if (!files) throw new Error('it does not tell')
          return files
        },
      },
      (of) => this.asOf(of),
      new TimeSlice(),
    ),
    new PersonOrders(
      this.executor,
      {run: (order) => this.executor.run(order)},
      {
        run: async (order) => {
          this.copyRuns.push(order)
          const {promise, resolve} = Promise.withResolvers<void>()
          this.endCopies = resolve
          return promise
        },
        resumed: () => this.resumedCopies,
        follow: async (order) => {
          this.followedCopies.push(order)
          await this.untilFollowed
        },
        cancel: async (ids) => void this.cancelledCopies.push(...ids),
        undo: async (_by, _server, keys) => keys.map((key) => ({key, result: {outcome: 'done'}})),
        bytesThere: () => this.bytesThere,
      },
      (who) => this.actingNow(who),
    ),
    new MovesOfActions({isOpen: (id) => this.moving(id)}, {isMoving: (key) => this.movingBySetting(key)}),
    {
      clock: this.clock,
      log: {
        warn: (_about, text) => void this.warned.push(text),
        error: (_about, text) => void this.logged.push(text),
      },
      journal: {
        write: async (entries) => {
          if (this.journalFails) throw this.journalFault
          this.journal.push(...entries)
        },
      },
    },
  )

  act(keys: readonly TorrentKey[], command: AnyTorrentCommand, who: Requester = by): Promise<ActionView> {
    return this.registry.run({by: who, keys, command})
  }

  hold(keys: readonly TorrentKey[], command: AnyTorrentCommand, who: Requester = by): Promise<ActionView> {
    return this.registry.hold({by: who, keys, command}, 10)
  }

  /** What the servers say now. */
  set(key: TorrentKey, change: Partial<TorrentRecord>): void {
    this.torrents.set(keyText(key), {...this.torrents.get(keyText(key))!, ...change})
  }

  /** Everything that reached a server, in order. */
  sent(): string[] {
    return this.orders.map(
      ({serverId, hashes, command}) =>
        `${serverId}${hashes.map(Number).join(',')} ${command.verb} ${JSON.stringify(command.args)}`,
    )
  }

  /** Of the action that a held removal is. */
  holds(): string[] {
    return this.journal.filter(({verb}) => verb === 'hold').map(({serverId, phase}) => `${serverId} ${phase}`)
  }
}
