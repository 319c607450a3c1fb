/**
 * A few connections to PostgreSQL. One about which anything is in doubt (it broke, it did not answer in time) is cut and
 * never handed out again: a late answer must not meet the next question.
 */
import {Socket} from 'node:net'
import type {PostgresPool, PostgresPoolClient} from 'kysely'
import pg from 'pg'
import {ConnectionLost, endsConnection} from './faults.ts'
import {columnValues, exactNumber} from './rows.ts'

/** For a goodbye that a frozen server never answers. */
const GOODBYE_MS = 1_000
const wholeNumberTypes = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC])

interface ConnectionsDeps {
  readonly url: string
  readonly name: string
  readonly most: number
  readonly connectMs: number
  /** 0 = no limit. */
  readonly answerMs: number
  /** Runs first on each new connection; when it throws there is none. */
  readonly prepare: (run: Run) => Promise<void>
  /** One broke while nobody used it. */
  readonly onLost: (error: unknown) => void
}

export type Run = (sql: string, parameters?: readonly unknown[]) => Promise<Record<string, unknown>[]>

export class Connections implements PostgresPool {
  readonly options = {}
  readonly #parts: ConnectionsDeps
  readonly #idle: Connection[] = []
  readonly #waiting: PromiseWithResolvers<void>[] = []
  #count = 0
  #isEnding = false

  constructor(parts: ConnectionsDeps) {
    this.#parts = parts
  }

  async connect(): Promise<PostgresPoolClient> {
    for (;;) {
      if (this.#isEnding) throw new ConnectionLost('The connections are closed.')
      const idle = this.#idle.pop()
      if (idle !== undefined) return this.#lend(idle)
      if (this.#count < this.#parts.most) return this.#lend(await this.#open())
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
      return await Connection.open(this.#parts, (connection) => this.#lost(connection))
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
    this.#parts.onLost(connection.broken)
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

  /** @throws pg's error, or what `prepare` throws */
  static async open(parts: ConnectionsDeps, onBroken: (connection: Connection) => void): Promise<Connection> {
    const connection = new Connection(parts, onBroken)
    try {
      await connection.#client.connect()
      await parts.prepare(async (sql, parameters = []) => (await connection.query(sql, parameters)).rows)
      return connection
    } catch (error) {
      void connection.close()
      throw error
    }
  }

  private constructor(parts: ConnectionsDeps, onBroken: (connection: Connection) => void) {
    this.#socket = new Socket()
    this.#onBroken = onBroken
    this.#client = new pg.Client({
      connectionString: parts.url,
      stream: () => this.#socket,
      connectionTimeoutMillis: parts.connectMs,
      query_timeout: parts.answerMs,
      keepAlive: true,
      application_name: parts.name,
      types: {getTypeParser},
    })
    this.#client.on('error', (error) => this.breakOff(error))
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
