import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {complete, mostCompletions} from './complete.ts'
import {fieldCalled} from './fields.ts'
import {filterOf} from './filter-of.ts'
import {reader} from './reader.fixture.ts'
import {termsOf} from './terms.ts'
import {anyName, anyText} from './texts.fixture.ts'
import type {Vocabulary} from './value-candidates.ts'

const vocabulary: Vocabulary = {
  now: reader.now,
  servers: reader.servers,
  arrs: reader.arrs,
  categories: ['', 'films', 'my films', 'none', 'tv'],
  tags: ['new', 'seen', 'to do'],
  trackers: ['tracker.example.org', 'b.example'],
}

/** `|` is the cursor. */
function completed(text: string): string[] {
  const cursor = text.indexOf('|')
  const whole = text.replace('|', '')
  return complete(whole, cursor, vocabulary).map(
    (it) => whole.slice(0, it.from) + it.text + whole.slice(it.to),
  )
}

for (const [text, ...best] of [
  ['|', 'server:', 'state:', 'category:'],
  ['si|', 'size>'],
  ['bunny -ta|', 'bunny -tag:'],
  ['la|', 'tag:', 'activity<'],
  ['size|', 'size>', 'size:'],
  ['si|ze>1', 'size>1'],
  ['size|>1', 'size>1'],
  ['state:|', 'state:downloading', 'state:metadata', 'state:seeding'],
  ['state:st|', 'state:stalled', 'state:stopped'],
  ['state:error,s|', 'state:error,seeding', 'state:error,stalled'],
  ['cat:|', 'cat:films', 'cat:"my films"', 'cat:"none"', 'cat:tv', 'cat:none'],
  ['cat:"my|', 'cat:"my films"'],
  ['-tag:new,| x', '-tag:new,seen x', '-tag:new,"to do" x'],
  ['tracker:exam|', 'tracker:tracker.example.org', 'tracker:b.example'],
  ['server:att|', 'server:nas', 'server:two'],
  ['server:my|', 'server:"my box"'],
  ['server:ox|', 'server:Seedbox', 'server:"my box"'],
  ['server:two|', 'server:two'],
  ['obligation_m|', 'obligation_met:'],
  ['is:complete hard|', 'is:complete content_links_outside>'],
  ['stalled_fo|>1h', 'stalled_for>1h'],
  ['stalled_for|', 'stalled_for>'],
  ['obligation_met:|', 'obligation_met:yes', 'obligation_met:no', 'obligation_met:none'],
  ['-obligation_met:yes,n|', '-obligation_met:yes,no', '-obligation_met:yes,none'],
  ['stalled_for>3|', 'stalled_for>3s', 'stalled_for>3m', 'stalled_for>3h'],
  ['tracker_any_working:|', 'tracker_any_working:yes', 'tracker_any_working:no'],
  ['kind:|', 'kind:qbittorrent', 'kind:transmission'],
  ['private:|', 'private:yes', 'private:no'],
  ['is:in|', 'is:incomplete', 'is:inactive'],
  ['size>10|', 'size>10B', 'size>10kB', 'size>10MB'],
  ['size>10G|', 'size>10GB', 'size>10GiB', 'size>10G'],
  ['size:1GB..5T|', 'size:1GB..5TB', 'size:1GB..5TiB'],
  ['added<7|', 'added<7d', 'added<7s', 'added<7m', 'added<7h', 'added<7w'],
  ['added:to|', 'added:today'],
  ['added:|', 'added:today', 'added:yesterday', 'added:7d', 'added:30d', 'added:2026-01', 'added:2025-12'],
  ['added:last|', 'added:last week', 'added:last month', 'added:last year'],
  ['added:last m|', 'added:last month'],
  ['-added>this | bunny', '-added>this week bunny', '-added>this month bunny', '-added>this year bunny'],
  ['added:"last" m|', 'added:"last" item:'],
  ['name:last m|', 'name:last item:'],
  ['added:spr|', 'added:spring'],
  ['added:apr|', 'added:2025-04'],
  ['added:2025-0|', 'added:2025-09', 'added:2025-08'],
  ['added:2024-|', 'added:2024-12'],
  ['added:2025-03..|', 'added:2025-03..2026-01'],
  ['added:2025-03..2025-05|', 'added:2025-03..2025-05'],
  ['eta<|', 'eta<1h', 'eta<1d'],
  ['tag: |', 'tag: new'],
  ['size > 10|', 'size > 10B', 'size > 10kB'],
  ['(ta|', '(tag:'],
  ['bunny OR (|', 'bunny OR (server:'],
  ['film|', 'category:films', 'category:"my films"'],
] as const) {
  test(`${text} can become ${best[0]}`, () => {
    expect(completed(text).slice(0, best.length)).toEqual(best)
  })
}

for (const text of ['"quo|', '/patt|', 'path:/da|', 'hash:a|', 'nothing:x|']) {
  test(`${text} is not completed`, () => expect(completed(text)).toEqual([]))
}

test('joining words are offered behind something, also when they are written small', () => {
  expect(completed('bunny o|')).toContain('bunny OR')
  expect(completed('bunny no|')).toContain('bunny NOT')
  expect(completed('o|')).not.toContain('OR')
})

test('completions say what they mean, and there are not too many', () => {
  const offers = complete('', 0, vocabulary)
  expect(offers).toHaveLength(mostCompletions)
  for (const {hint} of offers) expect(hint).not.toBe('')
})

test('the months that are offered are those where the user is', () => {
  const newYear = {...vocabulary, now: Date.UTC(2026, 0, 1, 3), timeZone: 'America/New_York'}
  const offers = complete('added:2', 7, newYear).map((it) => it.text)
  expect(offers[0]).toBe('2025-12')
  expect(offers).toContain('2024-12')
})

test('every month that is offered can be asked for', () => {
  for (const {text} of complete('added:2', 7, vocabulary).filter((it) => it.text.includes('-')))
    expect(filterOf(`added:${text}`, reader).mistakes).toEqual([])
})

test('a completion lies in the text and leaves the terms before and after', () => {
  fc.assert(
    fc.property(anyText, fc.nat(40), (text, place) => {
      const cursor = Math.min(place, text.length)
      for (const {from, to} of complete(text, cursor, vocabulary)) {
        expect(from).toBeGreaterThanOrEqual(0)
        expect(from).toBeLessThanOrEqual(cursor)
        expect(to).toBeGreaterThanOrEqual(cursor)
        expect(to).toBeLessThanOrEqual(text.length)
        expect(termsOf(text).filter((term) => term.from < to && from < term.to).length).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('a name that is selected is asked for, however awkward', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      if (name === '') return
      const [first] = complete('tag:', 4, {...vocabulary, tags: [name]})
      const {filter} = filterOf(`tag:${first!.text}`, reader)
      expect(fieldCalled('tag')!.takes).toBe('names')
      expect(filter.tags).toEqual({any: [name]})
    }),
  )
})
