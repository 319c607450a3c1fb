import {expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {asUserId, type Principal, type Role} from '#model/access.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import {Audit} from './audit.ts'
import type {JournalEntry, JournalPhase} from './entry.ts'
import {Journal} from './journal.ts'
import {ruleTallies} from './rule-tallies.ts'

const [ann, bob] = [asUserId('ann'), asUserId('bob')]
const registry = fakeServers({A: ann, B: bob})
const rule: JournalEntry['actor'] = {name: 'Tidy', origin: 'rule', userId: null, address: null}
const DAY = 86_400_000
const SINCE = 1_000_000

function person(name: string, role: Role): Principal {
  const userId = asUserId(name)
  return {
    actor: {name, origin: 'user', userId, address: null},
    access: accessOf({userId, role, scopes: null, servers: null}, registry),
    userId,
    name,
    role,
    via: 'session',
    credentialId: null,
  }
}

function entry(
  id: string,
  phase: JournalPhase,
  {bytes = null, ...change}: Partial<JournalEntry> & {bytes?: number | null} = {},
): JournalEntry {
  return {
    id,
    at: SINCE,
    actor: rule,
    subject: 'torrent',
    serverId: asServerId('A'),
    hash: asInfoHash('a'.repeat(40))!,
    name: 'Ubuntu 26.04',
    verb: 'recycle',
    args: {},
    phase,
    ruleId: 'r-1' as RuleId,
    decided: {
      ruleRevision: 1,
      mode: 'live',
      reason: 'conditionTrue',
      action: null,
      class: 'destructive',
      bytes,
      evidence: {verdict: 'yes', branch: 'all', parts: []},
      omitted: 0,
      hold: null,
      guards: [],
      preconditions: [],
    },
    ...change,
  }
}

everyStore('what rules did', (open) => {
  test('is counted by rule, kind, outcome and day, all of it, with the bytes that went', async () => {
    const store = await open()
    const journal = new Journal(store, () => true)
    // Stretches of a few lines, so that it is counted over several.
    const audit = new Audit(store, {lines: 3, stretchesAPage: 100})
    await journal.write([
      entry('before', 'confirmed', {at: SINCE - 1}),
      entry('one', 'intended', {bytes: 5}),
      entry('one', 'confirmed'),
      entry('two', 'intended', {bytes: 7, at: SINCE + DAY - 1, verb: 'remove'}),
      entry('two', 'confirmed', {at: SINCE + DAY}),
      entry('three', 'intended', {at: SINCE + 2 * DAY}),
      entry('three', 'confirmed', {at: SINCE + 2 * DAY}),
      entry('kept', 'refused', {code: 'content_shared'}),
      entry('dry', 'refused', {code: 'simulated', bytes: 9}),
      entry('taught', 'confirmed', {verb: 'addTags'}),
      entry('imported', 'confirmed', {verb: 'arr.import'}),
      entry('given up', 'confirmed', {verb: 'failDownload'}),
      entry('its data', 'confirmed', {causeId: 'given up', bytes: 1}),
      entry('asked', 'waiting'),
      entry('asked', 'approved'),
      entry('by hand', 'confirmed', {actor: {name: 'ann', origin: 'user', userId: ann, address: null}}),
      entry('elsewhere', 'confirmed', {serverId: asServerId('B'), ruleId: 'r-2' as RuleId}),
    ])
    const seenBy = async (who: Principal) =>
      (await ruleTallies(audit, who, SINCE)).tallies
        .map(
          ({ruleId, kind, outcome, day, count, bytes}) =>
            `${ruleId} ${kind} ${outcome} ${day}: ${count}, ${bytes}`,
        )
        .toSorted()
    const own = [
      'r-1 imported done 0: 1, 0',
      'r-1 labelled done 0: 1, 0',
      'r-1 removed done 0: 2, 12',
      'r-1 removed done 2: 1, 0',
      'r-1 removed held 0: 1, 0',
      'r-1 removed simulated 0: 1, 9',
      'r-1 replaced done 0: 1, 0',
    ]
    expect(await seenBy(person('ann', 'member'))).toEqual(own)
    expect(await seenBy(person('root', 'administrator'))).toEqual([...own, 'r-2 removed done 0: 1, 0'])
    expect(await ruleTallies(audit, person('root', 'administrator'), SINCE + 3 * DAY)).toEqual({
      tallies: [],
      isAll: true,
    })
  })

  test('is counted in the newest part of a long journal alone, and that there is more is said', async () => {
    const store = await open()
    const journal = new Journal(store, () => true)
    const audit = new Audit(store, {lines: 3, stretchesAPage: 100})
    await journal.write(Array.from({length: 70}, (_, id) => entry(String(id), 'confirmed')))
    const {tallies, isAll} = await ruleTallies(audit, person('ann', 'member'), SINCE)
    expect([tallies.map(({count}) => count), isAll]).toEqual([[60], false])
  })

  test('is read once for all who ask the same while it is being read, and then once more', async () => {
    const store = await open()
    const journal = new Journal(store, () => true)
    await journal.write([entry('one', 'confirmed')])
    let reads = 0
    const audit = new Audit({
      read: (work) => {
        reads++
        return store.read(work)
      },
    })
    await ruleTallies(audit, person('ann', 'member'), SINCE)
    const once = reads
    await Promise.all(Array.from({length: 9}, () => ruleTallies(audit, person('ann', 'member'), SINCE)))
    expect(reads).toBe(3 * once)
  })
})
