/** What differs between the two databases when tables are made. */
import {
  PostgresAdapter,
  sql,
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Kysely,
} from 'kysely'

/** Column types for whole numbers up to 2^53 and for floats. */
export function numbers(db: Kysely<unknown>): {
  whole: 'bigint' | 'integer'
  real: 'double precision' | 'real'
} {
  // SQLite's tables are STRICT and know no bigint; its integers have 64 bits anyway.
  return isPostgres(db) ? {whole: 'bigint', real: 'double precision'} : {whole: 'integer', real: 'real'}
}

/** A new table; in SQLite a STRICT one, which refuses text where a number belongs. */
export function table(db: Kysely<unknown>, name: string): CreateTableBuilder<string> {
  const builder = db.schema.createTable(name)
  return isPostgres(db) ? builder : builder.modifyEnd(sql`strict`)
}

/** A number that rises with every row and is never used twice. */
export function idColumn(db: Kysely<unknown>): (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder {
  return isPostgres(db)
    ? (column) => column.generatedByDefaultAsIdentity().primaryKey()
    : (column) => column.primaryKey().autoIncrement()
}

/** Named after what it is on. */
export async function index(db: Kysely<unknown>, on: string, ...columns: string[]): Promise<void> {
  await db.schema
    .createIndex(`${on}_${columns.join('_')}`)
    .on(on)
    .columns(columns)
    .execute()
}

function isPostgres(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}
