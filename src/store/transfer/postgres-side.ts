import {sql, type Kysely} from 'kysely'
import {PORTION, referredFirst, type PlainTables, type Row, type Side} from './side.ts'

/** Within a transaction: the cursor needs one. */
export class PostgresSide implements Side {
  readonly db: Kysely<PlainTables>
  readonly #ours: ReadonlySet<string>

  /** @param ours names of the tables that count; there may be others */
  constructor(db: Kysely<PlainTables>, ours: readonly string[]) {
    this.db = db
    this.#ours = new Set(ours)
  }

  async tables(): Promise<ReadonlyMap<string, readonly string[]>> {
    const {rows: found} = await sql<{table: string; column: string}>`
      select c.table_name as "table", c.column_name as "column"
      from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
      order by c.table_name, c.ordinal_position`.execute(this.db)
    const columns = new Map<string, string[]>()
    for (const {table, column} of found.filter((one) => this.#ours.has(one.table))) {
      columns.set(table, [...(columns.get(table) ?? []), column])
    }
    const {rows: references} = await sql<{from: string; to: string}>`
      select a.relname as "from", b.relname as "to"
      from pg_constraint k join pg_class a on a.oid = k.conrelid join pg_class b on b.oid = k.confrelid
      where k.contype = 'f' and a.relnamespace = current_schema()::regnamespace`.execute(this.db)
    return new Map(referredFirst([...columns.keys()], references).map((name) => [name, columns.get(name)!]))
  }

  async *rows(table: string): AsyncGenerator<readonly Row[]> {
    await sql`declare copied no scroll cursor for select * from ${sql.table(table)}`.execute(this.db)
    for (;;) {
      const {rows} = await sql<Row>`fetch forward ${sql.lit(PORTION)} from copied`.execute(this.db)
      if (rows.length === 0) break
      yield rows
    }
    await sql`close copied`.execute(this.db)
  }

  async lastNumber(table: string): Promise<number | null> {
    const sequence = await this.#sequenceOf(table)
    if (sequence === null) return null
    const {rows} = await sql<{last: number | null}>`
      select pg_sequence_last_value(${sequence}::regclass) as last`.execute(this.db)
    return rows[0]?.last ?? null
  }

  async setLastNumber(table: string, last: number): Promise<void> {
    const sequence = await this.#sequenceOf(table)
    if (sequence !== null) await sql`select setval(${sequence}::regclass, ${last})`.execute(this.db)
  }

  async #sequenceOf(table: string): Promise<string | null> {
    const {rows} = await sql<{sequence: string | null}>`
      select pg_get_serial_sequence(quote_ident(table_name), column_name) as sequence
      from information_schema.columns
      where table_schema = current_schema() and table_name = ${table} and is_identity = 'YES'`.execute(
      this.db,
    )
    return rows[0]?.sequence ?? null
  }
}
