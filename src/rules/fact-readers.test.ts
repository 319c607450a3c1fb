import {expect, test} from 'vitest'
import {readOnce} from './fact-readers.ts'
import {world, type Row} from './world.fixture.ts'

test('what several rules ask of one torrent is read once, and again of another one', () => {
  const asked: unknown[] = []
  const readers = readOnce<Row>({
    ...world,
    reader: (fact, window) => (row) => {
      asked.push(row)
      return world.reader(fact, window)(row)
    },
  })
  const [one, other]: readonly Row[] = [{ratio: 1}, {}]
  const read = readers.reader('ratio', null)
  expect([read(one!), readers.reader('ratio', null)(one!), read(other!), read(other!), read(one!)]).toEqual([
    1,
    1,
    undefined,
    undefined,
    1,
  ])
  expect(asked).toEqual([one, other, one])
  expect(readers.reader('gained', 60)).not.toBe(readers.reader('gained', 120))
})

test('what could not be read is read again', () => {
  let isBroken = true
  const readers = readOnce<Row>({
    ...world,
    reader: () => () => {
      if (isBroken) throw new Error('broken')
      return 2
    },
  })
  const row: Row = {}
  const read = readers.reader('ratio', null)
  expect(() => read(row)).toThrow('broken')
  isBroken = false
  expect(read(row)).toBe(2)
})
