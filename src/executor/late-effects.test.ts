import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import type {Presence} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {A, actor, hash} from './executor-harness.fixture.ts'
import {LateEffects} from './late-effects.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

type Verb = 'setLocation' | 'addTorrent'
type Shown = Partial<Pick<TorrentRecord, 'savePath' | 'state' | 'hasMetadata' | 'message'>>

function world() {
  const clock = new VirtualClock()
  const lines: JournalEntry[] = []
  const logged: string[] = []
  const server = {
    presence: 'there' as Presence,
    shows: {savePath: '/old', state: 'seeding', hasMetadata: true} as Shown,
    /** What its server tells when it is asked again. */
    reports: (): boolean => true,
    asked: 0,
    fails: false,
  }
  const late = new LateEffects(
    {
      presence: () => server.presence,
      readNow: async () => {
        server.asked++
        return server.reports()
      },
    },
    {get: () => server.shows as TorrentRecord},
    async (some) => {
      if (server.fails) throw new Error('disk full')
      lines.push(...some)
    },
    clock,
    {error: (_about, text) => void logged.push(text)},
    [],
  )
  late.start()
  const line = (verb: Verb, more: Partial<JournalEntry> = {}): JournalEntry => ({
    id: '0',
    at: clock.now(),
    actor,
    subject: 'torrent',
    serverId: A,
    hash: hash(1),
    name: 'Film',
    verb,
    args: verb === 'setLocation' ? {path: '/new'} : {start: true},
    phase: 'sent',
    ...more,
  })
  const ends = () => lines.map(({id, phase, code}) => [id, phase, code].filter(Boolean).join(' '))
  return {clock, late, line, lines, ends, server, logged}
}

const unanswered: Partial<JournalEntry> = {phase: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'}

for (const [from, given] of [
  ['that its server took', {}],
  ['without an answer', unanswered],
] as const) {
  test(`a move ${from} is done when its list shows the place, and not while it moves`, async () => {
    const {clock, late, line, server, ends} = world()
    late.take([line('setLocation', given)])
    server.shows = {savePath: '/new', state: 'moving'}
    await clock.advance(10 * HOUR_MS)
    expect(ends()).toEqual([])
    server.shows = {savePath: '/new', state: 'seeding'}
    await clock.advance(31_000)
    expect(ends()).toEqual(['0 confirmed'])
    await clock.advance(30 * HOUR_MS)
    expect(ends()).toHaveLength(1)
  })

  test(`a move ${from} has failed when the list, read again, still shows another place after a minute`, async () => {
    const {clock, late, line, lines, server, ends} = world()
    late.take([line('setLocation', given)])
    server.shows = {savePath: '/old', state: 'error', message: 'No space left on device'}
    await clock.advance(MINUTE_MS - 2_000)
    server.presence = 'unknown'
    await clock.advance(HOUR_MS)
    server.presence = 'there'
    await clock.advance(MINUTE_MS - 2_000)
    expect(ends()).toEqual([])
    await clock.advance(61_000)
    expect(ends()).toEqual(['0 failed not_moved'])
    expect(lines[0]!.message).toBe('It is still at /old. Its server says: No space left on device')
  })
}

test.each(['/new/', '//new', '\\new', '/new'])(
  'a server may write the same place as %j',
  async (savePath) => {
    const {clock, late, line, server, ends} = world()
    late.take([line('setLocation')])
    server.shows = {savePath, state: 'seeding'}
    await clock.advance(2_000)
    expect(ends()).toEqual(['0 confirmed'])
  },
)

test('a list of before proves nothing: its server is asked, once a minute until it answers', async () => {
  const {clock, late, line, server, ends} = world()
  server.shows = {savePath: '/new', state: 'seeding'}
  server.reports = () => false
  late.take([line('setLocation')])
  await clock.advance(10 * MINUTE_MS)
  expect([ends(), server.asked]).toEqual([[], 10])
  server.reports = () => {
    server.shows = {savePath: '/old', state: 'seeding'}
    return true
  }
  await clock.advance(MINUTE_MS)
  expect(ends()).toEqual([])
  await clock.advance(2 * MINUTE_MS)
  expect(ends()).toEqual(['0 failed not_moved'])
})

test('a later move to another place takes the place of an earlier one', async () => {
  const {clock, late, line, lines, server, ends} = world()
  late.take([line('setLocation'), line('setLocation', {id: '1', args: {path: '/third'}})])
  server.shows = {savePath: '/third', state: 'seeding'}
  await clock.advance(2_000)
  expect(ends()).toEqual(['0 unconfirmed', '1 confirmed'])
  expect(lines[0]!.message).toBe('A later move took its place.')
})

test('of a torrent that left it is unknown whether it was moved', async () => {
  const {clock, late, line, server, ends} = world()
  late.take([line('setLocation')])
  server.presence = 'gone'
  await clock.advance(2_000)
  expect(ends()).toEqual(['0 unconfirmed'])
})

test('S44 nothing waits for the list of a server that left the configuration', async () => {
  const {clock, late, line, lines, server, ends} = world()
  server.shows = {...server.shows, state: 'moving'}
  late.take([line('setLocation')])
  await clock.advance(60_000)
  expect(ends()).toEqual([])
  server.presence = 'left'
  await clock.advance(60_000)
  expect([ends(), lines[0]!.message]).toEqual([['0 unconfirmed'], 'Its server left the configuration.'])
})

test('an addition is done when its server lists it, with its metadata', async () => {
  const {clock, late, line, server, ends} = world()
  server.presence = 'gone'
  late.take([line('addTorrent')])
  await clock.advance(30_000)
  server.presence = 'there'
  server.shows = {hasMetadata: false}
  await clock.advance(5 * HOUR_MS)
  expect(ends()).toEqual([])
  server.shows = {hasMetadata: true}
  await clock.advance(31_000)
  expect(ends()).toEqual(['0 confirmed'])
})

test('a link that is added stopped needs no metadata: its presence is enough', async () => {
  const {clock, late, line, server, ends} = world()
  server.shows = {hasMetadata: false}
  late.take([line('addTorrent', {args: {start: false}})])
  await clock.advance(2_000)
  expect(ends()).toEqual(['0 confirmed'])
})

test.each<[string, Partial<JournalEntry>, readonly string[]]>([
  ['its server took has failed', {}, ['0 failed not_added']],
  ['had no answer stays as it is', unanswered, []],
])('an addition that no list shows and %s', async (_, given, ended) => {
  const {clock, late, line, server, ends} = world()
  server.presence = 'gone'
  late.take([line('addTorrent', given)])
  await clock.advance(2 * MINUTE_MS)
  expect(ends()).toEqual(ended)
  // Its end is known, or will not be: nobody is asked again.
  const {asked} = server
  await clock.advance(30 * HOUR_MS)
  expect([server.asked, ends()]).toEqual([asked, ended])
})

test.each<[string, Verb, (server: {presence: string; shows: Shown}) => void, string]>([
  ['a move', 'setLocation', ({shows}) => void (shows.state = 'moving'), 'Its server still moves it.'],
  ['metadata', 'addTorrent', ({shows}) => void (shows.hasMetadata = false), 'and its metadata has not come.'],
  ['a server', 'setLocation', (server) => void (server.presence = 'unknown'), 'does not send its list.'],
])('%s that takes longer than most of a day is not waited for', async (_, verb, make, message) => {
  const {clock, late, line, lines, server, ends} = world()
  make(server)
  late.take([line(verb)])
  await clock.advance(19 * HOUR_MS)
  expect(ends()).toEqual([])
  await clock.advance(2 * HOUR_MS)
  expect(ends()).toEqual(['0 unconfirmed'])
  expect(lines[0]!.message).toContain(message)
})

test('what is taken while another has waited for long is looked for at once', async () => {
  const {clock, late, line, ends, server} = world()
  server.shows = {...server.shows, hasMetadata: false}
  late.take([line('addTorrent', {id: 'a link of yesterday'})])
  await clock.advance(HOUR_MS)
  expect(ends()).toEqual([])
  server.shows = {savePath: '/new', state: 'seeding', hasMetadata: true}
  late.take([line('setLocation', {id: 'a move'})])
  await clock.advance(2_000)
  expect(ends()).toEqual(expect.arrayContaining(['a move confirmed']))
})

test('a link that is removed before its metadata came has an end', async () => {
  const {clock, late, line, lines, server} = world()
  server.shows = {hasMetadata: false}
  late.take([line('addTorrent')])
  await clock.advance(2_000)
  server.presence = 'gone'
  await clock.advance(2_000)
  expect(lines).toMatchObject([{phase: 'unconfirmed', message: 'It was removed before its metadata came.'}])
})

test('an end that cannot be written is written later, once', async () => {
  const {clock, late, line, server, ends, logged} = world()
  late.take([line('setLocation')])
  server.shows = {savePath: '/new', state: 'seeding'}
  server.fails = true
  await clock.advance(3_000)
  expect([ends(), logged.length]).toEqual([[], 3])
  server.fails = false
  await clock.advance(5_000)
  expect(ends()).toEqual(['0 confirmed'])
})

test('two thousand moves end, so many in each look, and their server is asked for its list once in it', async () => {
  const {clock, late, line, server, ends} = world()
  late.take(Array.from({length: 2_000}, (_, n) => line('setLocation', {id: `${n}`, hash: hash(n)})))
  await clock.advance(2 * MINUTE_MS)
  expect([ends().length, server.asked]).toEqual([2_000, 4])
})
