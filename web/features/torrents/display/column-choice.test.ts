import {expect, test} from 'vitest'
import {columns, standardColumns} from '../table/columns.ts'
import {offeredColumns, withColumn, withPlace} from '../table/column-layout.ts'

const ids = (saved: Parameters<typeof offeredColumns>[0]) => offeredColumns(saved).shown.map(({id}) => id)

test('where no columns are set, the usual ones are shown and all others offered', () => {
  const {shown, further} = offeredColumns(null)
  expect(shown.map(({id}) => id)).toEqual(standardColumns)
  expect(shown.length + further.length).toBe(columns.length)
})

test('a column that comes back stands at the end', () => {
  const hidden = withColumn([{id: 'name'}, {id: 'size'}, {id: 'ratio'}], 'size', false)
  expect(ids(hidden)).toEqual(['name', 'ratio'])
  expect(ids(withColumn(hidden, 'size', true))).toEqual(['name', 'ratio', 'size'])
})

test('the name stays', () => {
  expect(ids(withColumn([{id: 'name'}, {id: 'size'}], 'name', false))).toEqual(['name', 'size'])
})

test('a column goes to a place among those that are shown', () => {
  const saved = [{id: 'name'}, {id: 'eta', hidden: true}, {id: 'size'}, {id: 'ratio'}]
  expect(ids(withPlace(saved, 'ratio', 1))).toEqual(['name', 'ratio', 'size'])
  expect(ids(withPlace(saved, 'name', 2))).toEqual(['size', 'ratio', 'name'])
  expect(ids(withPlace(saved, 'size', 1))).toEqual(['name', 'size', 'ratio'])
})
