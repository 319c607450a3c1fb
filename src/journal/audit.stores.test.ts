import {expect, test} from 'vitest'
import {accessOf, type Grantee} from '#accounts/grants.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {asUserId, type Principal, type Role} from '#model/access.ts'
import type {AuditEvent} from '#model/audit-event.ts'
import type {ActionClass, RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {putVerdicts} from '#store/repositories/rule-memory.ts'
import {everyStore} from '#test/store/every-store.ts'
import {Audit, type AuditEntry, type AuditFilter} from './audit.ts'
import type {JournalDecision} from './decided.ts'
import type {JournalEntry, JournalPhase} from './entry.ts'
import {Journal} from './journal.ts'
import {classOf, endOf, type EntryOutcome} from './outcomes.ts'
import {happeningsSeenBy} from './visibility.ts'

const [ann, bob] = [asUserId('ann'), asUserId('bob')]
const [A, B] = [asServerId('A'), asServerId('B')]
const hash = (letter: string) => asInfoHash(letter.repeat(40))!

/** `A` is ann's, `B` is bob's, `C` is of the file. */
const registry = fakeServers({A: ann, B: bob, C: null})

function person(name: string, role: Role, key: Partial<Pick<Grantee, 'scopes' | 'servers'>> = {}): Principal {
  const userId = asUserId(name)
  return {
    actor: actor(name),
    access: accessOf({userId, role, scopes: null, servers: null, ...key}, registry),
    userId,
    name,
    role,
    via: 'session',
    credentialId: null,
  }
}
const actor = (name: string): JournalEntry['actor'] => ({
  name,
  origin: 'user',
  userId: asUserId(name),
  address: `address of ${name}`,
})
const administrator = person('root', 'administrator')

function entry(id: string, phase: JournalPhase, change: Partial<JournalEntry> = {}): JournalEntry {
  return {
    id,
    at: 1_000,
    actor: actor('ann'),
    subject: 'torrent',
    serverId: A,
    hash: hash('a'),
    name: 'Ubuntu 26.04',
    verb: 'stop',
    args: {},
    phase,
    ...change,
  }
}

everyStore('the audit', (open) => {
  async function harness() {
    const store = await open()
    const journal = new Journal(store, () => true)
    const audit = new Audit(store)
    const all = (who = administrator, filter: AuditFilter = {}) =>
      audit.page(who, filter, {before: null, limit: 100}).then(({entries}) => entries)
    const ids = async (who = administrator, filter: AuditFilter = {}) =>
      (await all(who, filter)).map(({id}) => id)
    const say = (event: Partial<AuditEvent>) =>
      store.write((db) =>
        appendEvent(
          db,
          {
            actor: actor('root'),
            subject: 'user',
            verb: 'create',
            name: 'x',
            serverId: null,
            args: {},
            ...event,
          },
          5,
        ),
      )
    return {store, journal, audit, all, ids, say}
  }

  test('the steps of an action are one entry, with its beginning and its last step', async () => {
    const {journal, all} = await harness()
    await journal.write([entry('1', 'intended', {args: {to: 'top'}}), entry('2', 'intended', {at: 1_001})])
    await journal.write([
      entry('1', 'sending', {at: 1_002}),
      entry('2', 'refused', {at: 1_003, code: 'forbidden', message: 'No.'}),
      entry('1', 'confirmed', {at: 1_004}),
    ])
    const [second, first] = await all()
    expect(first).toEqual({
      seq: 1,
      id: '1',
      at: 1_000,
      endedAt: 1_004,
      actor: actor('ann'),
      subject: 'torrent',
      serverId: A,
      hash: hash('a'),
      name: 'Ubuntu 26.04',
      verb: 'stop',
      args: {to: 'top'},
      phase: 'confirmed',
      code: null,
      message: null,
      ruleId: null,
      causeId: null,
      decided: null,
      repeated: null,
    } satisfies AuditEntry)
    expect(second).toMatchObject({
      seq: 2,
      phase: 'refused',
      code: 'forbidden',
      message: 'No.',
      endedAt: 1_003,
    })
  })

  test('what was written down before it was done, and refused then, is one entry that was refused', async () => {
    const {say, all} = await harness()
    const event = {id: 'one', subject: 'arr', verb: 'blocklist', args: {downloadId: 'AB'}} as const
    await say(event)
    await say({...event, refused: {code: 'command_refused', message: 'It is busy.'}})
    expect(await all()).toMatchObject([{...event, phase: 'refused', message: 'It is busy.'}])
    expect(await all(administrator, {ends: [endOf('done')]})).toEqual([])
  })

  test('what a rule decided is there with its reasons and its cause, and how often it was said', async () => {
    const {store, journal, all} = await harness()
    const ruleId = 'r1' as RuleId
    const decided = {reason: 'stalled', guards: []} as unknown as JournalDecision
    await journal.write([
      entry('1', 'blocked', {ruleId, decided, isBrief: true}),
      entry('2', 'intended', {ruleId, decided, causeId: '1'}),
      entry('2', 'sending', {ruleId, causeId: '1'}),
      entry('3', 'confirmed', {ruleId: 'r2' as RuleId}),
    ])
    const said = {ruleId, subject: 'torrent A/1', said: 'x', firstAt: 1_000, lastAt: 9_000}
    await store.write((db) => putVerdicts(db, [{...said, journalId: '1', count: 12}]))
    const entries = await all(administrator, {ruleId})
    expect(entries.map(({id, causeId, repeated}) => [id, causeId, repeated])).toEqual([
      ['2', '1', null],
      ['1', null, {times: 12, lastAt: 9_000}],
    ])
    expect(entries.map((event) => [event.ruleId, event.decided])).toEqual([
      [ruleId, decided],
      [ruleId, decided],
    ])
  })

  test('actions are found by their class: as their rule calls them, or by the verb of a person', async () => {
    const {journal, ids} = await harness()
    const decided = (its: string) => ({class: its, guards: []}) as unknown as JournalDecision
    await journal.write([
      entry('fails', 'intended', {verb: 'failDownload', decided: decided('destructive')}),
      entry('recycles', 'intended', {verb: 'recycle', decided: decided('reversible')}),
      entry('removes', 'intended', {verb: 'removeWithData'}),
      entry('stops', 'intended'),
      entry('announces', 'intended', {verb: 'reannounce'}),
    ])
    const ofClass = (...names: readonly ActionClass[]) => ids(administrator, {classes: names.map(classOf)})
    expect(await ofClass('destructive')).toEqual(['removes', 'fails'])
    expect(await ofClass('reversible')).toEqual(['stops', 'recycles'])
    expect(await ofClass('harmless', 'destructive')).toEqual(['announces', 'removes', 'fails'])
  })

  test('what people do at once is there with the commands, newest first', async () => {
    const {journal, say, all} = await harness()
    await journal.write([entry('1', 'intended')])
    await say({verb: 'log-in', subject: 'session', refused: {code: 'sign_in_refused', message: 'Wrong.'}})
    expect((await all()).map(({verb, phase, code}) => [verb, phase, code])).toEqual([
      ['log-in', 'refused', 'sign_in_refused'],
      ['stop', 'intended', null],
    ])
  })

  test('pages follow each other without gaps and doubles, also while more is written', async () => {
    const {journal, audit} = await harness()
    await journal.write(Array.from({length: 25}, (_, n) => entry(String(n), 'intended')))
    const seen: string[] = []
    let before: number | null = null
    do {
      const page = await audit.page(administrator, {}, {before, limit: 10})
      seen.push(...page.entries.map(({id}) => id))
      before = page.nextBefore
      await journal.write([entry(`later${before}`, 'intended'), entry('3', 'sent')])
    } while (before !== null)
    expect(seen).toEqual(Array.from({length: 25}, (_, n) => String(24 - n)))
  })

  const entries: readonly [id: string, ...steps: JournalEntry[]][] = [
    ['stop', entry('stop', 'intended'), entry('stop', 'confirmed')],
    [
      'remove',
      entry('remove', 'intended', {verb: 'remove', at: 2_000}),
      entry('remove', 'failed', {message: 'Disk?'}),
    ],
    [
      'other',
      entry('other', 'intended', {serverId: B, hash: hash('b'), actor: actor('bob'), name: 'Größe 100%'}),
    ],
    [
      'limits',
      entry('limits', 'sent', {subject: 'server', hash: null, name: null, args: {category: 'Filme_x'}}),
    ],
  ]

  test('actions are found by what is asked for, on both databases the same', async () => {
    const {journal, ids} = await harness()
    await journal.write(entries.flatMap(([, ...steps]) => steps))
    for (const [name, filter, found] of [
      ['of a user', {userId: 'bob'}, ['other']],
      ['by the name of who did it', {actor: 'bob'}, ['other']],
      ['about servers', {subjects: ['server', 'user']}, ['limits']],
      ['of verbs', {verbs: ['remove', 'start']}, ['remove']],
      ['that ended so', {phases: ['failed', 'sent']}, ['limits', 'remove']],
      ['by how they ended, not by how they went', {phases: ['intended']}, ['other']],
      ['on servers', {serverIds: ['B', 'C']}, ['other']],
      ['on no server', {serverIds: []}, []],
      ['of a torrent', {hash: hash('a')}, ['remove', 'stop']],
      ['since', {from: 2_000}, ['remove']],
      ['until', {to: 2_000}, ['limits', 'other', 'stop']],
      ['with a word in the name', {text: 'ubuntu'}, ['remove', 'stop']],
      ['with a word in the message', {text: 'DISK'}, ['remove']],
      ['with a word in the arguments', {text: 'filme'}, ['limits']],
      ['with SS, which is not ß', {text: 'GRÖSSE'}, []],
      ['with letters beyond ASCII in another case', {text: 'grÖße'}, ['other']],
      ['with letters beyond ASCII taken apart', {text: 'gro\u0308'}, ['other']],
      ['with other letters beyond ASCII', {text: 'grüße'}, []],
      ['with a percent sign, which is no joker', {text: '0%'}, ['other']],
      ['with a line, which is no joker', {text: 'e_x'}, ['limits']],
      ['with a joker that finds nothing', {text: 'u%tu'}, []],
      ['with a backslash', {text: 'a\\'}, []],
      ['with what no database keeps', {text: '\0', actor: 'a\0', serverIds: ['\0']}, []],
      ['never by where somebody was', {text: 'address'}, []],
      [
        'by all at once',
        {text: 'ubuntu', verbs: ['stop'], phases: ['confirmed'], from: 1, to: 1_001},
        ['stop'],
      ],
    ] as [string, AuditFilter, string[]][]) {
      expect([name, await ids(administrator, filter)]).toEqual([name, found])
    }
  })

  async function village() {
    const built = await harness()
    const {journal, say} = built
    await journal.write([
      entry('ann on A', 'intended'),
      entry('bob on A', 'intended', {actor: actor('bob')}),
      entry('ann on B', 'intended', {serverId: B}),
      entry('bob on B', 'intended', {serverId: B, actor: actor('bob')}),
      entry('settings of B', 'sent', {serverId: B, actor: actor('bob'), subject: 'server'}),
    ])
    await say({name: 'of root'})
    await say({name: 'of ann', actor: actor('ann'), subject: 'key'})
    await say({name: 'key for A', serverId: A, subject: 'key'})
    const seen = async (who: Principal, filter: AuditFilter = {}) =>
      (await built.all(who, filter)).map(({id, name}) => (name === 'Ubuntu 26.04' ? id : name))
    return {...built, seen}
  }
  const ofPeople = ['key for A', 'of ann', 'of root']
  const ofServers = ['settings of B', 'bob on B', 'ann on B', 'bob on A', 'ann on A']

  test('each reads what is their business', async () => {
    const {seen} = await village()
    for (const [name, who, sees] of [
      ['an administrator sees everything', administrator, [...ofPeople, ...ofServers]],
      [
        'an owner sees his own actions, and everybody’s on his servers',
        person('ann', 'member'),
        ['of ann', 'ann on B', 'bob on A', 'ann on A'],
      ],
      ['a guest sees his own actions', person('carl', 'member'), []],
      [
        'a viewer who owns nothing sees his own actions',
        person('bob', 'viewer'),
        ['settings of B', 'bob on B', 'bob on A'],
      ],
      [
        'a key that may not manage sees what its user did',
        person('ann', 'member', {scopes: ['read']}),
        ['of ann', 'ann on B', 'ann on A'],
      ],
      [
        'a key for one server sees of that one alone',
        person('ann', 'member', {servers: [A]}),
        ['bob on A', 'ann on A'],
      ],
      ['a key for a server that is not his sees nothing', person('ann', 'member', {servers: [B]}), []],
      [
        'a key of an administrator without his rights sees what he may manage',
        person('root', 'administrator', {scopes: ['read']}),
        ['key for A', 'of root'],
      ],
      ['who has no account and no rights sees nothing', {...person('ann', 'viewer'), userId: null}, []],
    ] as [string, Principal, string[]][]) {
      expect([name, await seen(who)]).toEqual([name, sees])
    }
  })

  test('what happened is read by users who see where, and what people keep is not among it', async () => {
    const {audit, journal} = await village()
    const happened = async (who: Principal) => {
      const window = {before: null, limit: 100, sight: happeningsSeenBy}
      const {entries} = await audit.page(who, {}, window)
      return entries.map(({id, name}) => (name === 'Ubuntu 26.04' ? id : name))
    }
    for (const [name, who, sees] of [
      ['an administrator', administrator, ofServers],
      [
        'a key of his for one server',
        person('root', 'administrator', {scopes: ['admin'], servers: [A]}),
        ['bob on A', 'ann on A'],
      ],
      ['an owner, with what he did elsewhere', person('ann', 'member'), ['ann on B', 'bob on A', 'ann on A']],
      ['a key for a server that is not his', person('ann', 'member', {servers: [B]}), []],
      ['who sees no server', person('carl', 'viewer'), []],
    ] as [string, Principal, string[]][]) {
      expect([name, await happened(who)]).toEqual([name, sees])
    }
    await journal.write([entry('on the one of the file', 'intended', {serverId: asServerId('C')})])
    expect(await happened(person('carl', 'viewer'))).toEqual(['on the one of the file'])
  })

  test('actions are found by what became of them, and by who asked for them', async () => {
    const {journal, ids} = await harness()
    const rule: JournalEntry['actor'] = {name: 'a rule', origin: 'rule', userId: null, address: null}
    await journal.write([
      entry('done', 'intended'),
      entry('done', 'confirmed'),
      entry('held', 'refused', {code: 'content_shared', actor: rule}),
      entry('bare', 'refused'),
      entry('looked', 'refused', {code: 'simulated', actor: rule}),
      entry('no', 'refused', {code: 'declined'}),
      entry('way', 'sent'),
    ])
    const ofOutcomes = (...outcomes: readonly EntryOutcome[]) =>
      ids(administrator, {ends: outcomes.map(endOf)})
    expect(await ofOutcomes('held')).toEqual(['bare', 'held'])
    expect(await ofOutcomes('simulated', 'declined')).toEqual(['no', 'looked'])
    expect(await ofOutcomes('done', 'sent')).toEqual(['way', 'done'])
    expect(await ofOutcomes('failed')).toEqual([])
    expect(await ids(administrator, {origins: ['rule']})).toEqual(['looked', 'held'])
  })

  test('the timeline of a torrent has its actions on its server, from either end, page by page', async () => {
    const {journal, audit} = await harness()
    await journal.write([
      ...['1', '2', '3'].map((id) => entry(id, 'intended')),
      entry('elsewhere', 'intended', {serverId: B}),
      entry('another', 'intended', {hash: hash('b')}),
      entry('2', 'confirmed', {at: 2_000}),
    ])
    const walk = async (order: 'newest' | 'oldest') => {
      const pages: (readonly string[])[] = []
      let after: number | null = null
      do {
        const key = {serverId: A, hash: hash('a')}
        const page = await audit.timeline(person('bob', 'member'), key, {order, after, limit: 2})
        pages.push(page.entries.map(({id, phase, actor: {address}}) => `${id} ${phase} ${address}`))
        after = page.next
      } while (after !== null)
      return pages
    }
    const [first, second, third] = ['1 intended null', '2 confirmed null', '3 intended null']
    expect(await walk('oldest')).toEqual([[first, second], [third]])
    expect(await walk('newest')).toEqual([[third, second], [first]])
  })

  test('a filter for a server that is not the user’s finds what one for no server at all finds', async () => {
    const {audit} = await village()
    const ask = (id: string) =>
      audit.page(person('carl', 'member'), {serverIds: [id]}, {before: null, limit: 5})
    expect(await ask('B')).toEqual(await ask('nowhere'))
  })

  test('where others were is for administrators alone', async () => {
    const {all} = await village()
    const places = (entries: readonly AuditEntry[]) =>
      entries.filter(({serverId}) => serverId === A).map((it) => [it.actor.name, it.actor.address])
    expect(places(await all(person('ann', 'member')))).toEqual([
      ['bob', null],
      ['ann', 'address of ann'],
    ])
    expect(places(await all()).slice(1)).toEqual([
      ['bob', 'address of bob'],
      ['ann', 'address of ann'],
    ])
  })

  test('everything comes in portions, to the beginning', async () => {
    const {journal, audit} = await harness()
    await journal.write(Array.from({length: 1_200}, (_, n) => entry(String(n), 'intended')))
    const portions: number[] = []
    const seen = new Set<string>()
    for await (const portion of audit.everything(administrator, {})) {
      portions.push(portion.length)
      for (const {id} of portion) seen.add(id)
    }
    expect([portions, seen.size]).toEqual([[500, 500, 200], 1_200])
  })

  test('a search that finds little ends after a while, and the next page goes on', async () => {
    const {journal, store} = await harness()
    await journal.write([entry('wanted', 'intended', {verb: 'remove'})])
    await journal.write(Array.from({length: 100}, (_, n) => entry(String(n), 'intended')))
    const audit = new Audit(store, {lines: 10, stretchesAPage: 4})
    const pages: string[][] = []
    let before: number | null = null
    do {
      const page = await audit.page(administrator, {verbs: ['remove']}, {before, limit: 5})
      pages.push(page.entries.map(({id}) => id))
      before = page.nextBefore
    } while (before !== null)
    expect(pages).toEqual([[], [], ['wanted']])
  })

  test('however many search together, every other user gets their turn after each look', async () => {
    const {journal, store} = await harness()
    await journal.write(Array.from({length: 100}, (_, n) => entry(String(n), 'intended')))
    const looks = {now: 0, most: 0, all: 0}
    const counted: Pick<typeof store, 'read'> = {
      read: (work) => {
        looks.most = Math.max(looks.most, ++looks.now)
        looks.all++
        return store.read(work)
      },
    }
    let isOver = false
    const turn = () => {
      looks.now = 0
      if (!isOver) setImmediate(turn)
    }
    turn()
    const audit = new Audit(counted, {lines: 10, stretchesAPage: 100})
    const search = () => audit.page(administrator, {text: 'nowhere'}, {before: null, limit: 5})
    await Promise.all(Array.from({length: 20}, search))
    isOver = true
    expect(looks).toMatchObject({most: 1, all: 20 * 11})
  })

  test('an audit of nothing is empty', async () => {
    const {audit} = await harness()
    expect(await audit.page(administrator, {}, {before: null, limit: 5})).toEqual({
      entries: [],
      nextBefore: null,
    })
    expect(await Array.fromAsync(audit.everything(administrator, {}))).toEqual([])
  })

  test('an action whose beginning was removed by age is shown from what is left', async () => {
    const {journal, store, all} = await harness()
    await journal.write([entry('1', 'intended'), entry('1', 'sending'), entry('1', 'confirmed')])
    await store.write((db) => db.deleteFrom('journal').where('phase', '=', 'intended').execute())
    expect((await all()).map(({id, phase}) => [id, phase])).toEqual([['1', 'confirmed']])
  })
})
