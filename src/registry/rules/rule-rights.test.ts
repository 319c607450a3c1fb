/**
 * Who may make something act, and with what it acts then: each action with keys of every kind, by each way in which a
 * rule comes to act. What a key may not do itself no rule does for it, at any time.
 */
import {expect, test} from 'vitest'
import type {Permission} from '#model/access.ts'
import {actionNames, type ActionName} from '#model/rule.ts'
import {actionNeeds} from '#rules/action-needs.ts'
import {subjectsOf} from '#rules/action-shapes.ts'
import {isFull} from '#test/proof.ts'
import {asRuleId, serviceHarness, presetOf} from './rules-harness.fixture.ts'

const params: Readonly<Partial<Record<ActionName, object>>> = {
  tag: {names: ['a']},
  untag: {names: ['a']},
  category: {name: 'a'},
  queue: {to: 'top'},
  limits: {down: 5},
  filePriority: {set: 'unwanted', to: 'skip'},
  superSeed: {on: true},
  sequential: {on: true},
  'tracker.add': {urls: ['http://t/a']},
  'tracker.remove': {hosts: ['t.test']},
  'tracker.replace': {from: 'a', to: 'b'},
  move: {path: '/a'},
  copyTo: {server: 'adas'},
  quarantine: {for: '1d'},
  'arr.monitor': {on: false},
  'arr.profile': {name: 'HD'},
  'extraFiles.recycle': {set: 'Radarr'},
  exec: {program: 'tidy'},
}

interface Case {
  readonly name: string
  readonly action: ActionName
  readonly more: object
}

const cases: readonly Case[] = [
  ...actionNames.map((action) => ({name: action, action, more: params[action] ?? {}})),
  {name: 'move to another server', action: 'move', more: {server: 'adas'}},
]

/** One of each sort. */
const firstOfAll: ReadonlySet<string> = new Set([
  'stop',
  'removeWithData',
  'copyTo',
  'move to another server',
  'orphan.delete',
  'exec',
])
const tried = isFull ? cases : cases.filter(({name}) => firstOfAll.has(name))

/** Said here once more by name, so that a line that is too weak in the table is seen. */
const forAdministrators = new Set(['exec', 'orphan.recycle', 'orphan.delete'])
const bringingElsewhere = new Set(['copyTo', 'move to another server'])

const keysOf: Readonly<Record<string, readonly Permission[]>> = {
  'that only reads': ['read'],
  'that commands': ['control'],
  'that manages': ['manage'],
  'that commands and adds': ['control', 'add'],
  'that manages and adds': ['manage', 'add'],
  'that commands and manages': ['control', 'manage'],
  'that commands, adds and manages': ['control', 'add', 'manage'],
  'that administers': ['admin'],
}

function mayDo({name}: Case, scopes: readonly Permission[]): boolean {
  if (scopes.includes('admin')) return true
  if (!scopes.includes('control') || !scopes.includes('manage')) return false
  if (forAdministrators.has(name)) return false
  return !bringingElsewhere.has(name) || scopes.includes('add')
}

function documentOf({action, more}: Case, given: object = {}) {
  const isOfPaths = !subjectsOf(action).includes('torrent')
  const when = isOfPaths
    ? {fact: 'path.size', op: 'gt', value: 0}
    : {fact: 'seedingTime', op: 'gte', value: '14d'}
  return {name: action, ...(isOfPaths && {subject: 'path'}), when, do: [{action, ...more}], ...given}
}

type Harness = Awaited<ReturnType<typeof serviceHarness>>
const live = {mode: 'live'} as const

/** Each way in which a rule comes to act, tried with a key of an administrator on a rule of his own. */
const ways: Readonly<
  Record<string, (harness: Harness, it: Case, key: ReturnType<Harness['as']>) => Promise<unknown>>
> = {
  create: ({service}, it, key) => service.create(key, {rule: documentOf(it, live)}, true),
  async copy({service, as}, it, key) {
    const {id} = await service.create(as('ada'), {rule: documentOf(it)}, false)
    return service.copy(key, id)
  },
  async replace({service, as}, it, key) {
    const {id} = await service.create(as('ada'), {rule: documentOf({...it, action: 'note', more: {}})}, false)
    return service.replace(key, id, {rule: documentOf(it, live)}, {isConfirmed: true, revision: null})
  },
  async 'change to live'({service, as}, it, key) {
    const {id} = await service.create(as('ada'), {rule: documentOf(it)}, false)
    return service.change(key, id, live, true)
  },
  async 'change to ask'({service, as}, it, key) {
    const {id} = await service.create(as('ada'), {rule: documentOf(it)}, false)
    return service.change(key, id, {mode: 'ask'}, true)
  },
  async resume({service, as, suspended, clock}, it, key) {
    const {id} = await service.create(as('ada'), {rule: documentOf(it, live)}, true)
    suspended.set(id, {ruleId: id, revision: 1, at: clock.now(), reason: 'maxPerRun', detail: null})
    await service.resume(key, id)
    expect(suspended.has(id)).toBe(false)
  },
}

for (const [way, work] of Object.entries(ways)) {
  test(`${way}: a key makes no rule act that does more than the key may`, async () => {
    const harness = await serviceHarness()
    const wrong: string[] = []
    for (const it of tried) {
      for (const [key, scopes] of Object.entries(keysOf)) {
        const done = await work(harness, it, harness.as('ada', {scopes})).then(
          () => 'done',
          (error: {code?: string}) => error.code,
        )
        // There are two hundred at most of one owner.
        for (const {id} of harness.service.seenBy(harness.as('ada')))
          await harness.service.remove(harness.as('ada'), id)
        const wanted = mayDo(it, scopes) ? 'done' : 'forbidden'
        if (done !== wanted) wrong.push(`${it.name} with a key ${key}: ${done}, not ${wanted}`)
      }
    }
    expect(wrong).toEqual([])
  })
}

test('every action takes a right, and what brings a torrent elsewhere or reaches this machine takes more', () => {
  expect(actionNames.filter((name) => actionNeeds[name].length === 0)).toEqual([])
  expect(actionNames.filter((name) => actionNeeds[name].includes('admin'))).toEqual([
    'orphan.recycle',
    'orphan.delete',
    'exec',
  ])
  expect(actionNames.filter((name) => actionNeeds[name].includes('add'))).toEqual(['copyTo'])
})

test('a rule acts with no more than its key had, also when its owner may more', async () => {
  const {service, as, rules, keys} = await serviceHarness()
  const key = as('ada', {scopes: ['control', 'manage']})
  const {id} = await service.create(key, {rule: documentOf({name: '', action: 'stop', more: {}}, live)}, true)
  const rights = () =>
    (['control', 'add', 'manage', 'admin'] as const).filter(permitsOf(rules.of(id)?.access))
  expect(rights()).toEqual(['control', 'manage'])
  // An administrator's rule without this ceiling names no servers, since it commands all there will be.
  expect(rules.of(id)?.rule.scope.servers).not.toEqual([])
  // A key that is given more gives its rules nothing, one that is given less takes it from them.
  keys.set('key of ada', ['read', 'control', 'add', 'manage', 'admin'])
  rules.reevaluate()
  expect(rights()).toEqual(['control', 'manage'])
  keys.set('key of ada', ['read', 'manage'])
  rules.reevaluate()
  expect(rules.of(id)).toBeNull()
})

test('the ceiling outlasts a restart, and goes when a person lets the rule act', async () => {
  const {service, as, open} = await serviceHarness()
  const key = as('ada', {scopes: ['control', 'manage']})
  const stop = {rule: documentOf({name: '', action: 'stop', more: {}})}
  const {id} = await service.create(key, stop, false)
  const ceilings = async () => (await open()).card(id)?.ceilings
  const ofKey = [{keyId: 'key of ada', scopes: ['read', 'control', 'manage'], servers: null}]
  expect(await ceilings()).toEqual(ofKey)
  await service.change(as('ada'), id, {order: 3}, false)
  expect(await ceilings()).toEqual(ofKey)
  await service.change(as('ada'), id, live, true)
  expect(await ceilings()).toEqual([])
  await service.replace(key, id, stop, {isConfirmed: false, revision: null})
  expect(await ceilings()).toEqual(ofKey)
})

test('the rule of another user is checked by their rights and by those of the key that changes it', async () => {
  const {service, as, rules} = await serviceHarness()
  const stop = {rule: documentOf({name: '', action: 'stop', more: {}})}
  const {id} = await service.create(as('ann'), stop, false)
  const program = {rule: documentOf({name: '', action: 'exec', more: {program: 'tidy'}})}
  const edit = {isConfirmed: true, revision: null}
  const key = as('ada', {scopes: ['admin']})
  await expect(service.replace(key, id, program, edit)).rejects.toMatchObject({code: 'forbidden'})
  await service.replace(key, id, stop, edit)
  // She commands what ann commands, through a key that may do all that ann may not.
  expect(rules.of(id)?.rule.scope.servers).toEqual(['file', 'anns'])
  expect(rules.card(id)?.ceilings).toMatchObject([{keyId: 'key of ada'}])
})

test('when a key ends, what it made is suspended and says why, until a user takes it over', async () => {
  const {service, as, rules, keys, suspended, entries} = await serviceHarness()
  const key = as('ann', {scopes: ['control', 'manage']})
  const stop = (name: string) => ({rule: documentOf({name: '', action: 'stop', more: {}}, {...live, name})})
  const {id} = await service.create(key, stop('By key'), true)
  const own = await service.create(as('ann'), stop('By ann'), true)
  keys.set('key of ann', null)
  const actor = as('ann').actor
  const endOf = (keyId: string) => (keyId === 'key of ann' ? 'key_revoked' : null)
  const listed = await service.suspendMadeWith({endOf, actor})
  expect(listed.map(({name}) => name)).toEqual(['By key'])
  expect(suspended.get(id)).toMatchObject({reason: 'key_revoked'})
  expect(service.seen(as('ann'), id)).toMatchObject({
    obstacle: 'key_ended',
    suspension: {reason: 'key_revoked'},
  })
  expect([rules.of(id), rules.of(own.id) === null]).toEqual([null, false])
  expect((await entries()).at(-1)).toMatchObject({
    verb: 'suspend',
    name: 'By key',
    args: {reason: 'key_revoked'},
  })
  await service.resume(as('ann'), id)
  expect([rules.of(id) === null, suspended.size, rules.card(id)?.ceilings]).toEqual([false, 0, []])
})

test('a rule that takes too much is suspended once, says why, and goes on when a user looked', async () => {
  const {service, as, suspended, entries} = await serviceHarness()
  const draft = {rule: documentOf({name: '', action: 'stop', more: {}}, {...live, name: 'Slow'})}
  const {id} = await service.create(as('ann'), draft, true)
  await service.suspendCostly(id, 3_100.4)
  await service.suspendCostly(id, 9_000)
  expect(service.seen(as('ann'), id).suspension).toMatchObject({reason: 'too_costly', detail: {ms: 3_100}})
  expect((await entries()).filter(({verb}) => verb === 'suspend')).toHaveLength(1)
  await service.suspendCostly(asRuleId('gone'), 5_000)
  await service.resume(as('ann'), id)
  expect(suspended.size).toBe(0)
})

test('a preset that a key let act does nothing once that key has ended', async () => {
  const {service, as, rules, keys, suspended} = await serviceHarness()
  const asking = {...presetOf('radarr.stalled', {do: [{action: 'stop'}]}), mode: 'ask'} as const
  rules.follow([asking])
  const key = as('ada', {scopes: ['admin']})
  await service.change(key, asking.id, live, true)
  expect(rules.of(asking.id)?.rule.mode).toBe('live')
  keys.set('key of ada', null)
  await service.suspendMadeWith({endOf: () => 'key_expired', actor: key.actor})
  expect([rules.of(asking.id), suspended.get(asking.id)?.reason]).toEqual([null, 'key_expired'])
  await service.resume(as('ada'), asking.id)
  expect(rules.of(asking.id)?.rule.mode).toBe('live')
})

test('what cannot be read of a ceiling allows nothing', async () => {
  const {service, as, store, open} = await serviceHarness()
  const {id} = await service.create(
    as('ada'),
    {rule: documentOf({name: '', action: 'stop', more: {}})},
    false,
  )
  for (const text of [
    '',
    '{}',
    '[]',
    'null',
    '{"keyId":7,"scopes":["admin"]}',
    '{"keyId":"k"}',
    '{"keyId":"k","scopes":["admin"]}',
  ]) {
    await store.write((db) => db.updateTable('rules').set({ceiling: text}).where('id', '=', id).execute())
    const [ceiling] = (await open()).card(id)!.ceilings
    expect(ceiling).toEqual({keyId: '', scopes: [], servers: []})
  }
})

function permitsOf(access: {permits(it: Permission): boolean} | undefined) {
  return (it: Permission): boolean => access?.permits(it) ?? false
}

test('a user who may not start programs is not shown which there are', async () => {
  const {service, as} = await serviceHarness()
  const unknown = {rule: documentOf({name: '', action: 'exec', more: {program: 'guessed'}})}
  await expect(service.create(as('ann'), unknown, false)).rejects.toMatchObject({code: 'forbidden'})
  await expect(service.create(as('ada'), unknown, false)).rejects.toMatchObject({
    code: 'bad_request',
    mistakes: [{accepted: ['tidy']}],
  })
})
