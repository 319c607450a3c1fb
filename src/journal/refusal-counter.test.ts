import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import type {RefusalKind, RepeatedRefusal} from '#model/audit-event.ts'
import type {Actor} from '#model/command.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {RefusalCounter} from './refusal-counter.ts'

const HOUR_MS = 3_600_000
const mia: Actor = {name: 'mia', origin: 'user', userId: asUserId('mia'), address: '192.0.2.1'}
const stranger: Actor = {name: 'stranger', origin: 'user', userId: null, address: '192.0.2.9'}
const kind = (change: Partial<RefusalKind> = {}): RefusalKind => ({
  actor: mia,
  subject: 'server',
  verb: 'change',
  code: 'forbidden',
  ...change,
})

function harness() {
  const clock = new VirtualClock(0)
  const logged: string[] = []
  const counter = new RefusalCounter(clock, {error: (_about, text) => void logged.push(text)})
  const written: string[] = []
  const note = (what: string, of = kind()) =>
    counter.note(of, async (more: RepeatedRefusal | null) => {
      written.push(more === null ? what : `${what} and ${more.repeated} since ${more.since}`)
    })
  return {clock, counter, logged, written, note}
}

test('the first is written at once, those behind it as one line with the last of them at the end of the hour', async () => {
  const {clock, note, written} = harness()
  for (let n = 1; n <= 75; n++) await note(`try ${n}`)
  expect(written).toEqual(['try 1'])
  await clock.advance(HOUR_MS)
  expect(written).toEqual(['try 1', 'try 75 and 74 since 0'])
  await clock.advance(HOUR_MS)
  await note('next')
  await clock.advance(HOUR_MS)
  expect(written.slice(2)).toEqual(['next'])
})

test.each<[string, Partial<RefusalKind>]>([
  ['somebody else', {actor: {...mia, userId: asUserId('eve')}}],
  ['another subject', {subject: 'rule'}],
  ['another verb', {verb: 'remove'}],
  ['another reason', {code: 'address_forbidden'}],
  ['a stranger', {actor: stranger}],
  ['another user whom it is about', {about: 'Ada'}],
])('%s is a kind of its own', async (_what, change) => {
  const {note, written} = harness()
  await note('first')
  await note('other', kind(change))
  expect(written).toEqual(['first', 'other'])
})

test('a user is the same from another address, and with another key; strangers are not', async () => {
  const {note, written} = harness()
  await note('first')
  await note('again', kind({actor: {...mia, name: 'mia (key k)', address: '198.51.100.7'}}))
  await note('one', kind({actor: stranger}))
  await note('two', kind({actor: {...stranger, address: '192.0.2.10'}}))
  expect(written).toEqual(['first', 'one', 'two'])
})

test('what is counted is written before the end, and nothing twice', async () => {
  const {clock, counter, note, written} = harness()
  await note('first')
  await note('second')
  await counter.close()
  await clock.advance(2 * HOUR_MS)
  expect(written).toEqual(['first', 'second and 1 since 0'])
})

test('when the first cannot be written its caller hears of it, and the next one is the first', async () => {
  const {counter, note, written, logged, clock} = harness()
  const fails = () => Promise.reject(new Error('disk full'))
  await expect(counter.note(kind(), fails)).rejects.toThrow('disk full')
  await note('first')
  await counter.note(kind(), fails)
  await clock.advance(HOUR_MS)
  expect([written, logged]).toEqual([['first'], ['repeated refusals could not be written down']])
})

test('very many strangers are one kind, so that they fill neither journal nor memory', async () => {
  const {note, written, clock} = harness()
  const from = (n: number) => kind({actor: {...stranger, address: `2001:db8::${n.toString(16)}`}})
  for (let n = 0; n < 3_000; n++) await note(`${n}`, from(n))
  await note('known', from(0))
  expect(written).toHaveLength(1_001)
  await clock.advance(HOUR_MS)
  expect(written.slice(1_001)).toEqual(['known and 1 since 0', '2999 and 1999 since 0'])
})
