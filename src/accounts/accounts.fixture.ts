/** For tests: everything that people need to come in, over a database in memory and on a clock of the test's own. */
import {compareSync} from 'bcryptjs'
import type {Clock} from '#lib/clock.ts'
import type {UserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import type {ServerRegistry} from '#model/services.ts'
import {Store, type Db} from '#store/store.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {argon2id} from './passwords.ts'
import {openPeople, type People, type PeopleDeps} from './people.ts'
import {fakeServers} from './people.fixture.ts'
import {Sealer} from './secrets.ts'
import {usualValues, type SettingValues} from '#model/setting-values.ts'
import type {TwoStep} from './two-step.ts'
import type {ServersOfUsers} from './users.ts'

/** Costs next to nothing, and is told by no test to be safe. */
export const cheapCost = {memoryKiB: 64, passes: 1, parallelism: 1}
export const goodPassword = 'correct horse battery'

/** The machine itself, as the one who acts. */
export const machine: Actor = {name: 'test', origin: 'api', userId: null, address: null}

/** Servers as numbers: how many each user has. */
class FakeServersOfUsers implements ServersOfUsers {
  readonly counts = new Map<UserId, number>()
  readonly reported: string[] = []
  onRefresh: () => void = () => {}

  countOf(userId: UserId): number {
    return this.counts.get(userId) ?? 0
  }

  async transfer(_db: unknown, from: UserId, to: UserId): Promise<void> {
    this.reported.push(`transfer ${from} ${to}`)
  }

  async remove(_db: unknown, from: UserId): Promise<void> {
    this.reported.push(`remove ${from}`)
  }

  async promote(_db: unknown, userId: UserId): Promise<void> {
    this.reported.push(`promote ${userId}`)
  }

  async demote(_db: unknown, userId: UserId, heir: UserId | null): Promise<void> {
    this.reported.push(`demote ${userId} ${heir}`)
  }

  async refresh(): Promise<void> {
    this.reported.push('refresh')
    this.onRefresh()
  }
}

/** A database that can be made to fail, as when its disk is full. */
class FailingStore {
  readonly #store: Store
  fault: Error | null = null

  constructor(store: Store) {
    this.#store = store
  }

  read<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.fault ? Promise.reject(this.fault) : this.#store.read(work)
  }

  /** Fails at the end of the transaction: what was written in it is taken back. */
  write<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#store.write(async (db) => {
      const result = await work(db)
      if (this.fault) throw this.fault
      return result
    })
  }
}

/** Whose second step is on, and which code is the right one. */
class FakeTwoStep implements TwoStep {
  readonly on = new Set<UserId>()
  readonly code = '123456'
  checks = 0

  isOn(userId: UserId): boolean {
    return this.on.has(userId)
  }

  async check(_userId: UserId, code: string): Promise<boolean> {
    this.checks++
    return code === this.code
  }
}

export interface Accounts extends People {
  readonly store: FailingStore
  readonly clock: VirtualClock
  readonly servers: FakeServersOfUsers
  readonly twoStep: FakeTwoStep
  /** To be changed as a test likes. */
  readonly settings: {values: SettingValues}
  /** What could not be written beside. */
  readonly faults: unknown[]
  /** Hashes made so far, by kind. */
  readonly hashes: {argon2: number; bcrypt: number}
  /** The same database, read again: what a restart finds. @param time by which it goes; default: the clock */
  restarted(time?: Clock): Promise<People>
}

export async function openAccounts(
  change: Partial<Pick<PeopleDeps, 'otherWays' | 'onSetUp'>> & {cards?: ServerRegistry} = {},
): Promise<Accounts> {
  const database = await Store.sqlite(':memory:')
  const store = new FailingStore(database)
  const clock = new VirtualClock()
  const servers = new FakeServersOfUsers()
  const twoStep = new FakeTwoStep()
  const settings = {values: usualValues}
  const faults: unknown[] = []
  const hashes = {argon2: 0, bcrypt: 0}
  const hashing: PeopleDeps['hashing'] = {
    cost: cheapCost,
    hashWith: (...given) => {
      hashes.argon2++
      return argon2id(...given)
    },
    // The thread is tested elsewhere, and takes longer to begin than these cheap hashes take.
    isBcryptOf: async ({password, hash}) => {
      hashes.bcrypt++
      return compareSync(password, hash)
    },
  }
  const sealer = Sealer.ofThisRun()
  const load = (time: Clock = clock) =>
    openPeople({
      store,
      clock: time,
      refusals: everyRefusal,
      sealer,
      settings,
      serversOfUsers: servers,
      hashing,
      otherWays: () => false,
      servers: change.cards ?? fakeServers({}),
      twoStep: async () => twoStep,
      onFault: (error) => faults.push(error),
      ...change,
    })
  const people = await load()
  return {
    ...people,
    store,
    clock,
    servers,
    twoStep,
    settings,
    faults,
    hashes,
    restarted: load,
    close: () => database.close(),
  }
}

/** Somewhere on the network, with a browser that has no session. */
export const visit = {address: '192.0.2.1', userAgent: 'Browser', replaces: null, devices: []}
