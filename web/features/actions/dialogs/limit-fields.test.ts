import {expect, test} from 'vitest'
import {mixed} from '../selected-facts.ts'
import {lacksValue, limitField, limitSent} from './dialog-fields.ts'

const value = (of: number | null) => ({mode: 'value', value: of}) as const

test('what is set is shown in the unit of the field', () => {
  expect(limitField(524_288, 1024)).toEqual(value(512))
  expect(limitField(null, 1024)).toEqual({mode: 'none', value: null})
  expect(limitField('inherit', 60)).toEqual({mode: 'inherit', value: null})
  expect(limitField(mixed, 60)).toEqual({mode: 'mixed', value: null})
})

test('what was not touched is not sent, also where the torrents differ', () => {
  const differ = limitField(mixed, 1)
  expect(limitSent(differ, differ, 1)).toBeUndefined()
  expect(limitSent(value(2), value(2), 1)).toBeUndefined()
})

test('a number, no limit and that of the server are three things', () => {
  const before = value(512)
  expect(limitSent(value(1024), before, 1024)).toBe(1_048_576)
  expect(limitSent({mode: 'none', value: 512}, before, 1024)).toBe(null)
  expect(limitSent({mode: 'inherit', value: null}, before, 60)).toBe('inherit')
})

test('a limit without its number is none yet', () => {
  expect(lacksValue(value(null))).toBe(true)
  expect(limitSent(value(null), value(5), 1)).toBeUndefined()
})
