import {expect, test} from 'vitest'
import {hasTooManyNames, namedBody, oneTarget, targetText, wishOf, type ActionTarget} from './target.ts'

const matching = (change: Partial<Extract<ActionTarget, {kind: 'matching'}>> = {}): ActionTarget => ({
  kind: 'matching',
  q: 'boats',
  servers: null,
  except: new Set<string>(),
  matched: 9,
  ...change,
})
const names = (count: number) => new Set(Array.from({length: count}, (_, at) => `nas~${at}`))

test('a few are named, many and all that match are frozen first', () => {
  expect(namedBody(oneTarget('nas~1'))).toEqual({keys: [{server_id: 'nas', info_hash: '1'}]})
  expect(namedBody({kind: 'some', names: names(1001)})).toBeNull()
  expect(namedBody(matching())).toBeNull()
})

test('servers that are gone are left out, as the list does', () => {
  const servers = ['gone', 'nas']
  expect(wishOf(matching({servers}), ['nas', 'loft'])).toMatchObject({q: 'boats', servers: ['nas']})
  expect(wishOf(matching(), ['nas'])).not.toHaveProperty('servers')
})

test('where all its servers are gone it never becomes all servers', () => {
  const wish = wishOf(matching({servers: ['gone']}), ['nas'])
  expect(wish.servers).toEqual(['gone'])
})

test('no more names than the server takes, on either side', () => {
  expect(hasTooManyNames({kind: 'some', names: names(10_000)})).toBe(false)
  expect(hasTooManyNames({kind: 'some', names: names(10_001)})).toBe(true)
  expect(hasTooManyNames(matching({except: names(10_001)}))).toBe(true)
})

test('the same choice is the same, however many it was then', () => {
  expect(targetText(matching({matched: 8}))).toBe(targetText(matching()))
  expect(targetText(matching({except: new Set(['nas~1'])}))).not.toBe(targetText(matching()))
})
