import {sql, type Kysely} from 'kysely'
import {asMeantBefore} from '#search-query/former-meaning.ts'

/** `a b OR c` in a saved view was `a (b OR c)` and would be `(a b) OR c`: it is written so that it finds what it found. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const {rows} = await sql<{id: string; definition: string}>`select id, definition from views`.execute(db)
  for (const {id, definition} of rows) {
    const kept = keptIn(definition)
    if (!hasQuery(kept)) continue
    const q = asMeantBefore(kept.q)
    if (q === kept.q) continue
    const changed = JSON.stringify({...kept, q})
    await sql`update views set definition = ${changed} where id = ${id}`.execute(db)
  }
}

/** A migration reads by itself, so that it does what it did when it was released. `undefined` = it cannot be read. */
function keptIn(definition: string): unknown {
  try {
    return JSON.parse(definition)
  } catch {
    return undefined
  }
}

function hasQuery(kept: unknown): kept is {readonly q: string} {
  return typeof kept === 'object' && kept !== null && 'q' in kept && typeof kept.q === 'string'
}
