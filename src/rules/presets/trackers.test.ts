import {expect, test} from 'vitest'
import type {Row} from '../world.fixture.ts'
import {anArr, aTracker, owned, ruleNamed, unsound, wants} from './inherited.fixture.ts'
import {rateLimitRules} from './rate-limits.ts'
import {trackerRules} from './trackers.ts'

const with_ = (...hosts: string[]): Row => ({...owned, 'tracker.hosts': hosts})

test('B.9 AddTrackerIfMissing adds to those that lack it, and never while trackers are unknown', () => {
  const rules = trackerRules(anArr({trackers: [aTracker('one.test', {addIfMissing: true})]}))
  const rule = ruleNamed(rules, 'radarr-4k.tracker-add.one.test')
  expect(rule.do).toEqual([{action: 'tracker.add', params: {urls: ['https://one.test/announce']}}])
  expect(wants(rule, with_('two.test'))).toBe('yes')
  expect(wants(rule, with_('one.test'))).toBe('no')
  expect(wants(rule, {...owned, 'tracker.hosts': undefined as never})).toBe('unknown')
})

test('B.9 a bare host is nothing that could be added', () => {
  const trackers = [aTracker('one.test', {addIfMissing: true, announceUrl: null})]
  expect(trackerRules(anArr({trackers}))).toEqual([])
})

test('B.9 RemoveIfExists takes it off, also where it is to be added', () => {
  const trackers = [aTracker('one.test', {removeIfExists: true, addIfMissing: true})]
  const rules = trackerRules(anArr({trackers}))
  expect(rules.map(({id}) => id)).toEqual(['radarr-4k.tracker-remove.one.test'])
  expect(rules[0]!.do).toEqual([{action: 'tracker.remove', params: {hosts: ['one.test']}}])
  expect(wants(rules[0]!, with_('one.test', 'two.test'))).toBe('yes')
  expect(wants(rules[0]!, with_('two.test'))).toBe('no')
})

test('B.9 AddTags sets what is missing', () => {
  const [rule] = trackerRules(anArr({trackers: [aTracker('one.test', {tags: ['hd', 'ru']})]}))
  expect(rule!.do).toEqual([{action: 'tag', params: {names: ['hd', 'ru']}}])
  expect(wants(rule!, {...with_('one.test'), tags: ['hd']})).toBe('yes')
  expect(wants(rule!, {...with_('one.test'), tags: ['RU', 'hd', 'x']})).toBe('no')
  expect(wants(rule!, {...with_('two.test'), tags: []})).toBe('no')
})

test('B.9 RemoveDeadTrackers goes by the messages that its owner listed, after hours of them', () => {
  const messages = ['No such host is known', 'unsupported URL protocol']
  const [rule, ...more] = trackerRules(anArr({deadMessages: [...messages, '']}))
  expect(more).toEqual([])
  const hosts = {held: 'tracker.messages'}
  expect(rule!.do).toEqual([{action: 'tracker.remove', params: {hosts, messages}}])
  expect(rule!.hold).toEqual({for: 6 * 3600, each: 'tracker.messages'})
  const says = (...words: string[]) => wants(rule!, {...owned, 'tracker.messages': words})
  expect(says('one.test: ', 'two.test: error: no such HOST is known.')).toBe('yes')
  expect(says('one.test: ', 'two.test: unregistered torrent')).toBe('no')
  expect(wants(rule!, owned)).toBe('unknown')
})

test('B.9 S37 a dead tracker stays while something is owed to one of the torrent, which would look free without it', () => {
  const hitAndRun = {mode: 'and', ratio: 1, time: 0, fromProgress: 0.1, partialRatio: 1, buffer: 0} as const
  const owing = aTracker('two.test', {hitAndRun})
  for (const rows of [{trackers: [owing]}, {serverTrackers: [{server: 'qBit', trackers: [owing]}]}]) {
    const rule = ruleNamed(
      trackerRules(anArr({...rows, deadMessages: ['unregistered']})),
      'radarr-4k.tracker-dead',
    )
    const says = {...owned, 'tracker.messages': ['one.test: ', 'two.test: unregistered torrent']}
    const met = (hosts: readonly string[], met: string) =>
      wants(rule, {...says, 'tracker.hosts': hosts, 'obligation.met': met})
    expect(met(['one.test', 'two.test'], 'no')).toBe('no')
    expect(met(['one.test', 'two.test'], 'yes')).toBe('yes')
    expect(met(['one.test', 'three.test'], 'no')).toBe('yes')
  }
})

for (const [changes, verdict] of [
  [{}, 'yes'],
  [{state: 'stalledUp'}, 'yes'],
  [{state: 'stopped'}, 'no'],
  [{superSeeding: true}, 'no'],
  [{superSeeding: undefined}, 'unknown'],
  [{complete: false}, 'no'],
  [{'tracker.hosts': ['one.test', 'best.test']}, 'no'],
] as const) {
  test(`B.9 SuperSeedMode, ${JSON.stringify(changes)}: turned on is ${verdict}`, () => {
    const trackers = [aTracker('one.test', {superSeed: true}), aTracker('best.test', {priority: 1})]
    const [rule] = trackerRules(anArr({trackers}))
    expect(rule!.do).toEqual([{action: 'superSeed', params: {on: true}}])
    const seeds = {...with_('one.test'), complete: true, state: 'seeding', superSeeding: false}
    expect(wants(rule!, {...seeds, ...changes} as Row)).toBe(verdict)
  })
}

test('B.9 rows for every server hold on those that have rows of their own, too, and yield to these and to the section', () => {
  const section = anArr({
    trackers: [aTracker('one.test', {tags: ['section']})],
    serverTrackers: [{server: 'qBit-B', trackers: [aTracker('two.test', {tags: ['server']})]}],
    sharedTrackers: ['one.test', 'two.test', 'three.test'].map((host) => aTracker(host, {tags: ['shared']})),
  })
  const tagsOn = (server: string, host: string) =>
    trackerRules(section)
      .filter((rule) => wants(rule, {...with_(host), tags: [], 'server.id': server}) === 'yes')
      .flatMap((rule) => rule.do.map(({params}) => params['names']))
  const found = (server: string) => ['one.test', 'two.test', 'three.test'].map((host) => tagsOn(server, host))
  expect(found('qBit')).toEqual([[['section']], [['shared']], [['shared']]])
  expect(found('qBit-B')).toEqual([[['section']], [['server']], [['shared']]])
})

test('B.9 rows of a server hold on that server, and those of the section come before them', () => {
  const rows = [aTracker('one.test', {tags: ['server']}), aTracker('two.test', {tags: ['two']})]
  const section = anArr({
    trackers: [aTracker('one.test', {tags: ['section']})],
    serverTrackers: [{server: 'qBit-B', trackers: rows}],
  })
  const tagsOn = (server: string, host: string) =>
    trackerRules(section)
      .filter((rule) => wants(rule, {...with_(host), 'server.id': server}) === 'yes')
      .flatMap((rule) => rule.do.map(({params}) => params['names']))
  expect(tagsOn('qBit', 'one.test')).toEqual([['section']])
  expect(tagsOn('qBit-B', 'one.test')).toEqual([['section']])
  expect(tagsOn('qBit-B', 'two.test')).toEqual([['two']])
  expect(tagsOn('qBit', 'two.test')).toEqual([])
})

for (const [rate, now, verdict] of [
  [51_200, 51_200, 'no'],
  [51_200, 51_201, 'yes'],
  [51_200, null, 'yes'],
  [51_200, undefined, 'unknown'],
  [null, null, 'no'],
  [null, 51_200, 'yes'],
] as const) {
  test(`B.9 a limit of ${rate} where ${now} is set: sent is ${verdict}`, () => {
    const rules = rateLimitRules(anArr({upRate: rate}))
    expect(rules.map(({id}) => id)).toEqual(['radarr-4k.up-limit'])
    expect(rules[0]!.do).toEqual([{action: 'limits', params: {up: rate}}])
    expect(wants(rules[0]!, {...owned, upLimit: now} as Row)).toBe(verdict)
  })
}

test('B.9 limits of both ways are concerns of their own', () => {
  const rules = rateLimitRules(anArr({downRate: 1, upRate: 2}))
  expect(rules.map(({concern}) => concern)).toEqual(['downLimit', 'upLimit'])
  expect(rules[0]!.do).toEqual([{action: 'limits', params: {down: 1}}])
})

test('B.9 0 leaves speeds alone, but for trackers with one of their own', () => {
  const trackers = [aTracker('one.test', {downRate: 1000, upRate: 0})]
  const rules = rateLimitRules(anArr({trackers}))
  expect(rules.map(({id}) => id)).toEqual(['radarr-4k.down-limit.one.test'])
  expect(wants(rules[0]!, {...with_('one.test'), downLimit: null})).toBe('yes')
  expect(wants(rules[0]!, {...with_('two.test'), downLimit: null})).toBe('no')
})

test('its rules are taken by those who read and write rules', () => {
  const trackers = [
    aTracker('one.test', {addIfMissing: true, tags: ['a'], superSeed: true, downRate: 1000}),
    aTracker('two.test', {removeIfExists: true, priority: 4}),
  ]
  const section = anArr({trackers, deadMessages: ['dead'], downRate: null, upRate: 1024})
  expect(unsound([...trackerRules(section), ...rateLimitRules(section)])).toEqual([])
})
