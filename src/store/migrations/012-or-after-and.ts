import {sql, type Kysely} from 'kysely'
import {asMeantBefore} from '#search-query/former-meaning.ts'
import {jsonOf} from '../rows.ts'

/** `a b OR c` in a saved view was `a (b OR c)` and would be `(a b) OR c`: it is written so that it finds what it found. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {rows} = await sql<{id: string; definition: string}>`select id, definition from views`.execute(db)
  for (const {id, definition} of rows) {
    const kept = jsonOf(definition)
    if (!hasQuery(kept)) continue
    const q = asMeantBefore(kept.q)
    if (q === kept.q) continue
    const changed = JSON.stringify({...kept, q})
    await sql`update views set definition = ${changed} where id = ${id}`.execute(db)
  }
}

function hasQuery(kept: unknown): kept is {readonly q: string} {
  return typeof kept === 'object' && kept !== null && 'q' in kept && typeof kept.q === 'string'
}
