import {expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {asUserId, type Principal, type Role} from '#model/access.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import {Activity, inOrder, type ActivityPlace} from './activity.ts'
import {Audit} from './audit.ts'
import type {JournalDecision} from './decided.ts'
import type {JournalEntry} from './entry.ts'
import {Journal} from './journal.ts'
import {causeWord, type Happening} from './stories.ts'

const [A, B] = [asServerId('A'), asServerId('B')]
const registry = fakeServers({A: asUserId('ann'), B: asUserId('bob')})
const MINUTE = 60_000
/** In the middle of an hour. */
const NOON = Date.UTC(2026, 10, 23, 12, 30)

function person(name: string, role: Role): Principal {
  const userId = asUserId(name)
  const access = accessOf({userId, role, scopes: null, servers: null}, registry)
  return {actor: byUser(name), access, userId, name, role, via: 'session', credentialId: null}
}
const byUser = (name: string): JournalEntry['actor'] => ({
  name,
  origin: 'user',
  userId: asUserId(name),
  address: null,
})
const byRule: JournalEntry['actor'] = {name: 'Seeding goals', origin: 'rule', userId: null, address: null}
const administrator = person('root', 'administrator')
const hashOf = (place: number) => asInfoHash(place.toString(16).padStart(40, '0'))!

let made = 0
function removed(at: number, change: Partial<JournalEntry> = {}): JournalEntry {
  made++
  return {
    id: `entry ${made}`,
    at,
    actor: byRule,
    ruleId: 'goals' as RuleId,
    decided: {reason: 'seedingDone', bytes: 100} as JournalDecision,
    subject: 'torrent',
    serverId: A,
    hash: hashOf(made),
    name: `Torrent ${made}`,
    verb: 'recycle',
    args: {},
    phase: 'confirmed',
    ...change,
  }
}
const imported = (at: number, name: string): Omit<Happening, 'place' | 'source'> => ({
  id: `import ${at}`,
  at,
  name,
  cause: causeWord('import', 'Sonarr'),
  kind: 'imported',
  serverId: A,
  outcome: 'done',
  about: {is: 'outage', beganAt: at},
})

everyStore('activity', (open) => {
  async function harness(
    pace?: {readonly look: number; readonly most: number},
    looks = {lines: 1_000, stretchesAPage: 10},
  ) {
    const store = await open()
    const journal = new Journal(store, () => true)
    const activity = new Activity(new Audit(store, looks), pace)
    const page = (limit: number, more: Partial<Parameters<Activity['page']>[1]> = {}, who = administrator) =>
      activity.page(who, {filter: {}, others: [], ...more}, {limit})
    /** Page after page to the end: causes with their number. */
    const all = async (limit: number, more: Partial<Parameters<Activity['page']>[1]> = {}) => {
      const reported: {readonly names: (string | null)[]; readonly count: number}[] = []
      let place: ActivityPlace | null | undefined
      while (place !== null) {
        const found: Awaited<ReturnType<Activity['page']>> = await activity.page(
          administrator,
          {filter: {}, others: [], ...more},
          {limit, place},
        )
        reported.push(
          ...found.stories.map(({story: {items, count}}) => ({names: items.map(({name}) => name), count})),
        )
        place = found.next
      }
      return reported
    }
    return {store, journal, activity, page, all, write: (...its: JournalEntry[]) => journal.write(its)}
  }

  test('what a rule does within ten minutes is one story, and what comes later is another', async () => {
    const {page, write} = await harness()
    await write(removed(NOON), removed(NOON + 10 * MINUTE), removed(NOON + 20 * MINUTE + 1, {serverId: B}))
    const {stories, next} = await page(10)
    expect(stories.map(({story: {count, at, fromAt}}) => [count, at, fromAt])).toEqual([
      [1, NOON + 20 * MINUTE + 1, NOON + 20 * MINUTE + 1],
      [2, NOON + 10 * MINUTE, NOON],
    ])
    expect(stories[1]!.story).toMatchObject({
      kind: 'removed',
      ruleId: 'goals',
      outcomes: {done: 2},
      isOpen: false,
    })
    expect(next).toBeNull()
  })

  test('a rule that acts all the time makes one story an hour; what runs over the hour stays one', async () => {
    const {page, write} = await harness()
    const hour = NOON + 30 * MINUTE
    await write(...[-8, -4, 1, 5].map((minutes) => removed(hour + minutes * MINUTE)))
    expect((await page(10)).stories.map(({story}) => story.count)).toEqual([2, 2])
    await write(removed(hour + 59.9 * MINUTE), removed(hour + 60.1 * MINUTE))
    expect((await page(10)).stories.map(({story}) => story.count)).toEqual([2, 2, 2])
  })

  test('one deletion stands on the first page among a thousand dry runs and tags', async () => {
    const {page, activity, write} = await harness({look: 100, most: 1_000}, {lines: 20, stretchesAPage: 3})
    const dry = {phase: 'refused', code: 'simulated'} as const
    await write(removed(NOON))
    for (let some = 0; some < 10; some++) {
      await write(
        ...Array.from({length: 50}, () => removed(NOON + MINUTE, dry)),
        ...Array.from({length: 50}, () => removed(NOON + MINUTE, {verb: 'addTags'})),
      )
    }
    // Looking through a long stretch may take more than one page, never the whole journal at once.
    const reported: string[] = []
    let place: ActivityPlace | null | undefined
    for (let pages = 0; place !== null && pages < 30; pages++) {
      const found: Awaited<ReturnType<typeof page>> = await activity.page(
        administrator,
        {filter: {}, others: []},
        {limit: 20, place},
      )
      reported.push(...found.stories.map(({story}) => story.kind))
      place = found.next
    }
    expect(reported).toEqual(['removed'])
    expect(await activity.hidden(administrator, {})).toEqual({count: 400, isAll: false})
    const {stories} = await page(1, {withBookkeeping: true})
    expect(stories[0]!.story.kind).toBe('changed')
  })

  test('no page splits or repeats a story, however short pages are and however much is read at once', async () => {
    const rules = ['one', 'two', 'three'] as RuleId[]
    for (const [limit, look, most] of [
      [1, 500, 10_000],
      [2, 3, 6],
      [3, 7, 7],
      [1, 2, 2],
    ] as const) {
      const {all, write} = await harness({look, most})
      const entries: JournalEntry[] = []
      // Three causes interleaved, with a pause of eleven minutes in the middle, and imports beside them.
      for (let minute = 0; minute < 30; minute++) {
        const at = NOON - 3_600_000 + (minute < 15 ? minute : minute + 11) * MINUTE
        for (const ruleId of rules)
          if ((minute + ruleId.length) % 2 === 0) entries.push(removed(at, {ruleId}))
      }
      await write(...entries)
      const others = inOrder(
        [0, 5, 40, 41].map((minute) => imported(NOON - 3_600_000 + minute * MINUTE, `Film ${minute}`)),
      )
      const reported = await all(limit, {others})
      const names = reported.flatMap((story) => story.names)
      expect(new Set(names).size, `${limit} ${look} ${most}`).toBe(names.length)
      // In bounded reading a story may be cut short in its figures, and is never told twice.
      if (most > 1_000) {
        expect(reported.reduce((sum, {count}) => sum + count, 0)).toBe(entries.length + others.length)
        const whole = await all(1_000, {others})
        expect(reported).toEqual(whole)
      } else expect(reported.length).toBe((await all(1_000, {others})).length)
    }
  })

  test('what a user does to many is one story by its arguments; what another does is not', async () => {
    const {page, write} = await harness()
    const by = (name: string, category: string): Partial<JournalEntry> => ({
      actor: byUser(name),
      verb: 'setCategory',
      args: {category},
    })
    const plain = (change: Partial<JournalEntry>) => {
      const {ruleId: _rule, decided: _decided, ...rest} = removed(NOON)
      return {...rest, ...change}
    }
    await write(
      plain(by('ann', 'films')),
      plain(by('ann', 'films')),
      plain(by('ann', 'music')),
      plain(by('bob', 'films')),
    )
    expect((await page(10)).stories.map(({story: {kind, count}}) => [kind, count])).toEqual([
      ['changed', 1],
      ['changed', 1],
      ['changed', 2],
    ])
  })

  test('files of one torrent that a user renamed are one story, those of another torrent are not', async () => {
    const {page, write} = await harness()
    const renamed = (hash: JournalEntry['hash'], from: string): JournalEntry => {
      const {ruleId: _rule, decided: _decided, ...rest} = removed(NOON)
      return {...rest, actor: byUser('ann'), verb: 'renameFile', hash, args: {from, to: `${from}.new`}}
    }
    await write(
      renamed(hashOf(0xa), '01.flac'),
      renamed(hashOf(0xb), '01.flac'),
      renamed(hashOf(0xa), '02.flac'),
      renamed(hashOf(0xa), '03.flac'),
    )
    expect((await page(10)).stories.map(({story: {count}}) => count)).toEqual([3, 1])
  })

  test('what an action brought about is shown as its step, unless that action is hidden or gone', async () => {
    const {page, write} = await harness()
    const failed = removed(NOON, {verb: 'failDownload', id: 'saga'})
    await write(
      failed,
      removed(NOON + 1, {causeId: 'saga'}),
      removed(NOON + 2, {causeId: 'long gone', verb: 'remove'}),
      removed(NOON + 3, {id: 'wait', verb: 'quarantine'}),
      removed(NOON + 4, {causeId: 'wait', verb: 'purge'}),
    )
    const {stories} = await page(10)
    expect(stories.map(({story: {kind, count}}) => [kind, count])).toEqual([
      ['removed', 1],
      ['removed', 1],
      ['replaced', 1],
    ])
  })

  test('without an answer is not failed; what failed is a story of its own', async () => {
    const {page, write} = await harness()
    await write(
      removed(NOON),
      removed(NOON + 1, {phase: 'unconfirmed'}),
      removed(NOON + 2, {phase: 'failed', message: 'No space left on device'}),
    )
    expect((await page(10)).stories.map(({story: {outcomes}}) => outcomes)).toEqual([
      {failed: 1},
      {done: 1, unconfirmed: 1},
    ])
  })

  test('each user is shown what happened on the servers that they see, and of changes of settings what they may', async () => {
    const {page, write} = await harness()
    const setting = {
      subject: 'user',
      verb: 'create',
      serverId: null,
      hash: null,
      name: 'x',
      actor: byUser('root'),
    } as const
    const {ruleId: _rule, decided: _decided, ...plain} = removed(NOON + 5, setting)
    await write(removed(NOON), removed(NOON + 1, {serverId: B}), plain)
    const of = async (who: Principal) =>
      (await page(10, {}, who)).stories.map(({story: {kind, count}}) => [kind, count])
    expect(await of(administrator)).toEqual([
      ['settings', 1],
      ['removed', 2],
    ])
    expect(await of(person('ann', 'member'))).toEqual([['removed', 1]])
  })

  test('imports stand among what was done, by their time', async () => {
    const {page, write} = await harness()
    await write(removed(NOON), removed(NOON + 30 * MINUTE))
    const others = inOrder([imported(NOON + 5 * MINUTE, 'One'), imported(NOON + 6 * MINUTE, 'Two')])
    const {stories} = await page(10, {others})
    expect(stories.map(({story: {kind, count}}) => [kind, count])).toEqual([
      ['removed', 1],
      ['imported', 2],
      ['removed', 1],
    ])
    const [, second] = stories
    const {stories: again} = await (await harness()).page(1)
    expect(again).toEqual([])
    expect(second!.place).toMatchObject({others: 0})
  })
})
