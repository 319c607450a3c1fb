import {DatabaseSync} from 'node:sqlite'
import {sql} from 'kysely'
import {expect, test} from 'vitest'
import {kyselyOf} from './sqlite-driver.ts'

test('a statement that was said before a table changed shows what is there now', async () => {
  const db = kyselyOf(new DatabaseSync(':memory:'))
  const all = () => sql`select * from things`.execute(db)
  await sql`create table things (name text)`.execute(db)
  await sql`insert into things values ('one')`.execute(db)
  expect((await all()).rows).toEqual([{name: 'one'}])
  await sql`alter table things add column size integer default 3`.execute(db)
  expect((await all()).rows).toEqual([{name: 'one', size: 3}])
  await sql`drop table things`.execute(db)
  await expect(all()).rejects.toThrow('no such table')
})

test('who stops reading in the middle leaves nothing half read behind', async () => {
  const db = kyselyOf(new DatabaseSync(':memory:'))
  await sql`create table accounts (id text)`.execute(db)
  await sql`insert into accounts values ('a'), ('b')`.execute(db)
  const rows = () =>
    db
      .selectFrom('accounts' as 'users')
      .select('id')
      .orderBy('id')
  for await (const {id} of rows().stream()) {
    expect(id).toBe('a')
    break
  }
  expect((await rows().execute()).map(({id}) => id)).toEqual(['a', 'b'])
})

test('each of more statements than are kept is still answered', async () => {
  const db = kyselyOf(new DatabaseSync(':memory:'))
  for (const round of [1, 2]) {
    for (let at = 0; at < 150; at++) {
      const {rows} = await sql<{sum: number}>`select ${sql.raw(String(at))} + ${round} as sum`.execute(db)
      expect(rows).toEqual([{sum: at + round}])
    }
  }
})
