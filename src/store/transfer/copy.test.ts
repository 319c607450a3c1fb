import {DatabaseSync} from 'node:sqlite'
import {expect, test} from 'vitest'
import {kyselyOf} from '../sqlite-driver.ts'
import {copyTables} from './copy.ts'
import {plain, SqliteSide} from './places.ts'
import {referredFirst} from './side.ts'

function side(sql: string, ...tables: readonly string[]): SqliteSide {
  const database = new DatabaseSync(':memory:')
  database.exec(sql)
  return new SqliteSide(plain(kyselyOf(database)), tables)
}

test('a row that does not arrive ends the copy instead of being found out later', async () => {
  const source = side(`create table t (a); insert into t values (1), (2), (3)`, 't')
  const target = side(
    `create table t (a); create trigger lose before insert on t when new.a = 2 begin select raise(ignore); end`,
    't',
  )
  await expect(copyTables(source, target)).rejects.toMatchObject({
    code: 'storage_damaged',
    message: 'Of 3 rows in t 2 arrived, so nothing was changed.',
  })
})

test.each([
  ['create table t (a, b)', 'create table t (a)', 'b is not known'],
  ['create table t (a)', 'create table t (a, b)', 'b is missing'],
  ['create table u (a)', 'create table t (a)', 'the table t is missing'],
])('%s does not fit into %s', async (there, here, what) => {
  await expect(copyTables(side(there, 't'), side(here, 't'))).rejects.toThrow(what)
})

test('tables come after those that they refer to, circles are refused', () => {
  const references = [
    {from: 'a', to: 'b'},
    {from: 'b', to: 'c'},
    {from: 'c', to: 'c'},
    {from: 'c', to: 'of somebody else'},
  ]
  expect(referredFirst(['a', 'b', 'c', 'd'], references)).toEqual(['c', 'b', 'a', 'd'])
  expect(() => referredFirst(['a', 'b', 'c'], [...references, {from: 'c', to: 'a'}])).toThrow('circle')
})
