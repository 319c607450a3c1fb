/** Databases as each earlier version left them: what they keep is read by this one, and no line of it is lost. */
import {sql} from 'kysely'
import type {Migrations} from '#store/engine.ts'
import {migrations} from '#store/migrations/migrations.ts'
import {readSpent} from '#store/repositories/rule-memory.ts'
import type {Store} from '#store/store.ts'

const names = Object.keys(migrations)

/** The changes of the tables that each of them knew. */
export const earlierVersions: readonly (readonly [last: string, known: Migrations])[] = names
  .slice(0, -1)
  .map((last, at) => [last, Object.fromEntries(Object.entries(migrations).slice(0, at + 1))])

/** From that version on AND binds before OR in what it keeps. */
const AND_FIRST = '012-or-after-and'

/** What is read of it. @param last change that the version before knew */
export const asTakenOver = (last: string) => ({
  spent: [{id: 'c1', at: 1, ruleId: 'r1', serverId: 'A', trackers: ['a.example'], folder: null, bytes: 5}],
  views: [
    names.indexOf(last) < names.indexOf(AND_FIRST)
      ? '{"q":"a (b OR c)","sort":["name"]}'
      : '{"q":"a b OR c","sort":["name"]}',
    '{"q":"a AND b OR c"}',
    'nothing',
  ],
  facts: [{serverId: 'A', firstSeenAt: 7, seedingObserved: 3.5, timesRemoved: 2, cameAt: null}],
})

/** @param open the same database each time, by those changes that a version knows; default: all */
export async function takenOver(known: Migrations, open: (known?: Migrations) => Promise<Store>) {
  const before = await open(known)
  await before.write(async (db) => {
    await sql`insert into spent (id, at, rule_id, server_id, trackers, bytes)
      values ('c1', 1, 'r1', 'A', '["a.example"]', 5)`.execute(db)
    await sql`insert into torrent_facts (server_id, hash, first_seen_at, seeding_observed, marks, times_removed)
      values ('A', ${'a'.repeat(40)}, 7, 3.5, '{}', 2)`.execute(db)
    for (const [at, definition] of [
      '{"q":"a b OR c","sort":["name"]}',
      '{"q":"a AND b OR c"}',
      'nothing',
    ].entries()) {
      await sql`insert into views (id, name, name_key, definition, position, created_at, updated_at)
        values (${`v${at}`}, ${`V${at}`}, ${`v${at}`}, ${definition}, ${at}, 1, 1)`.execute(db)
    }
  })
  await before.close()
  const store = await open()
  const spent = await store.read(readSpent)
  const facts = await store.read((db) => db.selectFrom('torrentFacts').selectAll().execute())
  const views = await store.read((db) =>
    db.selectFrom('views').select('definition').orderBy('position').execute(),
  )
  await store.close()
  return {spent, facts, views: views.map(({definition}) => definition)}
}
