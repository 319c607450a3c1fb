import {sql, type Kysely} from 'kysely'
import {PORTION, referredFirst, type PlainTables, type Row, type Side} from './side.ts'

export class SqliteSide implements Side {
  readonly db: Kysely<PlainTables>
  readonly #ours: ReadonlySet<string>

  /** @param ours names of the tables that count; there may be others */
  constructor(db: Kysely<PlainTables>, ours: readonly string[]) {
    this.db = db
    this.#ours = new Set(ours)
  }

  async tables(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = await this.db.introspection.getTables()
    const tables = found.filter(({name}) => this.#ours.has(name))
    const {rows} = await sql<{from: string; to: string}>`select m.name as "from", f."table" as "to"
      from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'`.execute(this.db)
    const columns = new Map(tables.map(({name, columns}) => [name, columns.map((column) => column.name)]))
    return new Map(referredFirst([...columns.keys()], rows).map((name) => [name, columns.get(name)!]))
  }

  async *rows(table: string): AsyncGenerator<readonly Row[]> {
    for (let after = -Infinity; ;) {
      const last = after === -Infinity ? sql`-9223372036854775808` : sql`${after}`
      const {rows} = await sql<Row & {_row: number}>`select rowid as _row, * from ${sql.table(table)}
        where rowid > ${last} order by rowid limit ${PORTION}`.execute(this.db)
      if (rows.length === 0) return
      after = rows.at(-1)!._row
      yield rows.map(({_row, ...row}) => row)
    }
  }

  async lastNumber(table: string): Promise<number | null> {
    if (!(await this.#isNumbering())) return null
    const asked = sql<{seq: number}>`select seq from sqlite_sequence where name = ${table}`
    return (await asked.execute(this.db)).rows[0]?.seq ?? null
  }

  async setLastNumber(table: string, last: number): Promise<void> {
    if (!(await this.#isNumbering())) return
    await sql`delete from sqlite_sequence where name = ${table}`.execute(this.db)
    await sql`insert into sqlite_sequence (name, seq) values (${table}, ${last})`.execute(this.db)
  }

  /** SQLite makes the table with the first AUTOINCREMENT. */
  async #isNumbering(): Promise<boolean> {
    const asked = sql`select 1 from sqlite_master where name = 'sqlite_sequence'`
    return (await asked.execute(this.db)).rows.length > 0
  }
}
