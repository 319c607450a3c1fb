/**
 * A few connections to PostgreSQL. One about which anything is in doubt (it broke, it did not answer in time) is cut and
 * never handed out again: a late answer must not meet the next question.
 */
import {Socket} from 'node:net'
import type {PostgresPool, PostgresPoolClient} from 'kysely'
import pg from 'pg'
import type {StorePatience} from './engine.ts'
import {ConnectionLost, endsConnection} from './faults.ts'
import {columnValues, exactNumber} from './rows.ts'

/** For a goodbye that a frozen server never answers. */
const GOODBYE_MS = 1_000
const wholeNumberTypes = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC])

/** Where the database is, and by which name it knows our connections. */
interface Address {
  readonly url: string
  readonly name: string
}
/** `answerMs` 0 = no limit. */
type Patience = Pick<StorePatience, 'connectMs' | 'answerMs'>

export type Run = (sql: string, parameters?: readonly unknown[]) => Promise<Record<string, unknown>[]>

export class Connections implements PostgresPool {
  readonly options = {}
  readonly #address: Address
  readonly #patience: Patience
  readonly #most: number
  readonly #prepare: (run: Run) => Promise<void>
  readonly #onLost: (error: unknown) => void
  readonly #idle: Connection[] = []
  readonly #waiting: PromiseWithResolvers<void>[] = []
  #count = 0
  #isEnding = false

  /**
   * @param prepare runs first on each new connection; when it throws there is none
   * @param onLost one broke while it was not in use
   */
  constructor(
    address: Address,
    patience: Patience,
    most: number,
    prepare: (run: Run) => Promise<void>,
    onLost: (error: unknown) => void,
  ) {
    this.#address = address
    this.#patience = patience
    this.#most = most
    this.#prepare = prepare
    this.#onLost = onLost
  }

  async connect(): Promise<PostgresPoolClient> {
    for (;;) {
      if (this.#isEnding) throw new ConnectionLost('The connections are closed.')
      const idle = this.#idle.pop()
      if (idle !== undefined) return this.#lend(idle)
      if (this.#count < this.#most) return this.#lend(await this.#open())
      const turn = Promise.withResolvers<void>()
      this.#waiting.push(turn)
      await turn.promise
    }
  }

  async end(): Promise<void> {
    this.#isEnding = true
    for (const turn of this.#waiting.splice(0)) turn.resolve()
    await Promise.all(this.#idle.splice(0).map((one) => one.close()))
  }

  async #open(): Promise<Connection> {
    this.#count++
    try {
      const connection = new Connection(this.#address, this.#patience, (one) => this.#lost(one))
      await connection.open(this.#prepare)
      return connection
    } catch (error) {
      this.#gone()
      throw error
    }
  }

  #lend(connection: Connection): PostgresPoolClient {
    let isBack = false
    return {
      query: ((sql: string, parameters: readonly unknown[]) => connection.query(sql, parameters)) as never,
      release: (destroy) => {
        if (isBack) return
        isBack = true
        if (destroy === true) connection.breakOff(new Error('It was given back as broken.'))
        this.#takeBack(connection)
      },
    }
  }

  #takeBack(connection: Connection): void {
    if (connection.broken !== null || this.#isEnding) {
      void connection.close()
      return this.#gone()
    }
    this.#idle.push(connection)
    this.#waiting.shift()?.resolve()
  }

  /** In use, its user learns it by himself. */
  #lost(connection: Connection): void {
    const at = this.#idle.indexOf(connection)
    if (at < 0) return
    this.#idle.splice(at, 1)
    this.#gone()
    this.#onLost(connection.broken)
  }

  #gone(): void {
    this.#count--
    this.#waiting.shift()?.resolve()
  }
}

class Connection {
  readonly #client: pg.Client
  readonly #socket: Socket
  readonly #onBroken: (connection: Connection) => void
  #broken: ConnectionLost | null = null

  constructor({url, name}: Address, patience: Patience, onBroken: (connection: Connection) => void) {
    this.#socket = new Socket()
    this.#onBroken = onBroken
    this.#client = new pg.Client({
      connectionString: url,
      stream: () => this.#socket,
      connectionTimeoutMillis: patience.connectMs,
      query_timeout: patience.answerMs,
      keepAlive: true,
      application_name: name,
      types: {getTypeParser},
    })
    this.#client.on('error', (error) => this.breakOff(error))
  }

  /** Once. @throws pg's error, or what `prepare` throws */
  async open(prepare: (run: Run) => Promise<void>): Promise<void> {
    try {
      await this.#client.connect()
      await prepare(async (sql, parameters = []) => (await this.query(sql, parameters)).rows)
    } catch (error) {
      void this.close()
      throw error
    }
  }

  /** `null` = good. */
  get broken(): ConnectionLost | null {
    return this.#broken
  }

  /** The last result, when `sql` holds several statements. */
  async query(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    if (this.#broken !== null) throw new ConnectionLost(this.#broken)
    try {
      const result = await this.#client.query(sql, columnValues(parameters))
      return Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result
    } catch (error) {
      if (endsConnection(error)) this.breakOff(error)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#broken ??= new ConnectionLost('It was closed.')
    const patience = setTimeout(() => this.#socket.destroy(), GOODBYE_MS)
    await this.#client.end().catch(() => {})
    clearTimeout(patience)
    this.#socket.destroy()
  }

  /** Cuts it. */
  breakOff(error: unknown): void {
    if (this.#broken !== null) return
    this.#broken = new ConnectionLost(error)
    this.#socket.destroy()
    this.#onBroken(this)
  }
}

/** Whole numbers, and sums of them, come as text: ours are below 2^53. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  wholeNumberTypes.has(oid) ? exactNumber : pg.types.getTypeParser(oid, format)
