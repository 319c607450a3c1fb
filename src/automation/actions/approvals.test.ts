/** Who may say yes: a decision acts with the rights of its rule, so whoever lets it act has all that it uses. */
import {expect, test} from 'vitest'
import {A, B, by} from '#executor/executor-harness.fixture.ts'
import type {Permission, ServerPermission} from '#model/access.ts'
import type {Answerer, Decision, WantedAction} from '#model/decision.ts'
import {actionNames, type ActionName, type ActionParams} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {queueHarness, wanted} from './rule-action-queue-harness.fixture.ts'

/** Of trackers: one that anybody may name, and one that only who manages the server may. */
const OUTSIDE = 'https://tracker.example/announce'
const INSIDE = 'http://169.254.169.254/announce'

const removal = wanted('removeWithData')

/** Somebody who may this on these servers, and in general. */
function person(
  rights: readonly Permission[],
  on: Readonly<Record<string, readonly ServerPermission[]>>,
): Answerer {
  return {
    ...by,
    access: {
      ...by.access,
      everywhere: true,
      permits: (it) => rights.includes(it),
      may: (it, id: ServerId) => on[id]?.includes(it) ?? false,
    },
  }
}

const commanding = person(['read', 'control'], {[A]: ['read', 'control']})
const adding = person(['read', 'control', 'add'], {[A]: ['read', 'control', 'add']})
const addingThere = person(['read', 'control', 'add'], {
  [A]: ['read', 'control'],
  [B]: ['read', 'control', 'add'],
})
const administering = person(['read', 'control', 'add', 'manage', 'admin'], {
  [A]: ['read', 'control', 'add', 'manage'],
  [B]: ['read', 'control', 'add', 'manage'],
})
const people = {commanding, adding, addingThere, administering}

const params: Readonly<Partial<Record<ActionName, ActionParams>>> = {
  copyTo: {server: B},
  exec: {program: 'tidy'},
}

async function asking() {
  const harness = await queueHarness()
  harness.world.rule = {...harness.world.rule!, mode: 'ask'}
  harness.house.allowed = ['/allowed']
  harness.house.forbiddenAddresses.add(INSIDE)
  const ask = async (change: Partial<Decision>) => {
    await harness.queue.take([harness.decision(1, [removal], change)])
    const {id} = harness.queue.waiting(administering)[0]!
    return id
  }
  /** Who sees the question, and may say yes to it. */
  const answerers = () =>
    Object.entries(people).flatMap(([name, it]) => (harness.queue.waiting(it).length > 0 ? [name] : []))
  return {...harness, ask, answerers}
}

const all = Object.keys(people)

test.each<[string, Partial<Decision>, readonly string[]]>([
  ['a removal', {actions: [removal]}, all],
  ['a copy to another server', {actions: [wanted('copyTo', {server: B})]}, ['addingThere', 'administering']],
  ['a move to another server', {actions: [wanted('move', {server: B})]}, ['addingThere', 'administering']],
  ['a move to a folder that is allowed', {actions: [wanted('move', {path: '/allowed/a'})]}, all],
  ['a move to any other folder', {actions: [wanted('move', {path: '/etc'})]}, ['administering']],
  [
    'a copy to a folder of the other server that is allowed',
    {actions: [wanted('copyTo', {server: B, path: '/allowed/a'})]},
    ['addingThere', 'administering'],
  ],
  [
    'a copy to any other folder there',
    {actions: [wanted('copyTo', {server: B, path: '/etc'})]},
    ['administering'],
  ],
  ['a tracker of the internet', {actions: [wanted('tracker.add', {urls: [OUTSIDE]})]}, all],
  [
    'a tracker where secrets are',
    {actions: [wanted('tracker.add', {urls: [OUTSIDE, INSIDE]})]},
    ['administering'],
  ],
  [
    'a tracker in the place of another one',
    {actions: [wanted('tracker.replace', {from: OUTSIDE, to: INSIDE})]},
    ['administering'],
  ],
  ['a program', {actions: [wanted('exec', {program: 'tidy'})]}, ['administering']],
  [
    'a tag and then a program',
    {actions: [wanted('tag', {names: ['a']}), wanted('exec', {program: 'tidy'})]},
    ['administering'],
  ],
  [
    'something on another server',
    {subject: {kind: 'torrent', key: `${B}/1`, serverId: B}},
    ['addingThere', 'administering'],
  ],
  [
    'something that no server holds',
    {subject: {kind: 'torrent', key: 'x', serverId: null}},
    ['administering'],
  ],
  ['an orphaned file', {subject: {kind: 'path', key: 'x', serverId: A}}, ['administering']],
])('ask: to %s a user who says yes has every right of it', async (_what, change, wantedPeople) => {
  const {ask, answerers, queue, verbs} = await asking()
  const id = await ask(change)
  expect(answerers()).toEqual(wantedPeople)
  for (const [name, it] of Object.entries(people)) {
    if (wantedPeople.includes(name)) continue
    await expect(queue.approve(it, id)).rejects.toMatchObject({code: 'action_unknown'})
    await expect(queue.decline(it, id)).rejects.toMatchObject({code: 'action_unknown'})
  }
  expect(verbs()).toEqual([])
})

test('ask: no action at all is answered by a user who may only look', async () => {
  const looking = person(['read'], {[A]: ['read'], [B]: ['read']})
  for (const action of actionNames) {
    const {ask, queue} = await asking()
    const id = await ask({actions: [wanted(action, params[action])]})
    expect(queue.waiting(looking)).toEqual([])
    await expect(queue.approve(looking, id)).rejects.toMatchObject({code: 'action_unknown'})
  }
})

test.each<ActionName>(['failDownload', 'arr.blocklist', 'arr.import', 'arr.search'])(
  'ask: to %s no user says yes who may not command the Arr of the torrent',
  async (action) => {
    const {ask, answerers, world} = await asking()
    await ask({actions: [wanted(action)]})
    expect(answerers()).toEqual(all)
    world.commandsArr = false
    expect(answerers()).toEqual([])
  },
)

test.each<[string, Answerer['access'] | null]>([
  ['was deleted', null],
  ['may only look now', person(['read'], {[A]: ['read']}).access],
])('ask: a yes that waits is not carried out when the user who said it %s', async (_what, access) => {
  const {ask, queue, world, verbs, reported, base} = await asking()
  const id = await ask({})
  queue.start()
  world.facts['server.onlineFor'] = 60
  await queue.approve(commanding, id)
  world.facts['server.onlineFor'] = 3_600
  world.accessOfYes = access
  await base.clock.advance(2 * 60_000)
  expect([verbs(), reported().at(-1)]).toEqual([[], 'cancelled forbidden'])
  await queue.stop()
})

const moved = [wanted('move', {path: '/allowed/a'})]
const copied = [wanted('copyTo', {server: B, path: '/allowed/a'})]

/** Somebody said yes, it had to wait, and the program began again: no server has reported its folders yet. */
async function grantedBefore(who: Answerer, actions: readonly WantedAction[]) {
  const {ask, queue, world, house: harness, base, restart, reported} = await asking()
  const id = await ask({actions})
  world.accessOfYes = who.access
  world.isOld = true
  await queue.approve(who, id)
  expect(reported().at(-1)).toBe('postponed not_ready')
  await queue.stop()
  world.isOld = false
  harness.foldersAreReported = false
  const next = await restart()
  next.start()
  await base.clock.advance(10 * 60_000)
  return {next, world, house: harness, base, reported}
}

test.each([
  ['moves', commanding, moved, 'sent'],
  ['copies', addingThere, copied, 'confirmed'],
] as const)(
  'ask: a yes to what %s waits after a restart until the server has reported its folders, and then counts',
  async (_what, who, actions, end) => {
    const {next, house: harness, base, reported} = await grantedBefore(who, actions)
    expect(reported()).toEqual(['waiting', 'postponed not_ready'])
    harness.foldersAreReported = true
    await base.clock.advance(2 * 60_000)
    expect(reported().slice(2)).toEqual([end])
    await next.stop()
  },
)

test('ask: after a restart a yes is withdrawn as soon as the server reports that its folder is not the user’s, or at once where rights are fewer', async () => {
  const other = await grantedBefore(commanding, moved)
  Object.assign(other.house, {foldersAreReported: true, allowed: ['/elsewhere']})
  await other.base.clock.advance(2 * 60_000)
  expect(other.reported().slice(2)).toEqual(['cancelled forbidden'])
  await other.next.stop()
  const fewer = await grantedBefore(commanding, moved)
  fewer.world.accessOfYes = person(['read'], {[A]: ['read']}).access
  await fewer.base.clock.advance(2 * 60_000)
  expect(fewer.reported().slice(2)).toEqual(['cancelled forbidden'])
  await fewer.next.stop()
})

/** What is written waits from now on, until the test lets it go on. */
function heldUp({base}: Pick<Awaited<ReturnType<typeof asking>>, 'base'>): () => void {
  const gate = Promise.withResolvers<void>()
  const {write} = base.parts.store
  Object.assign(base.parts.store, {
    write: async (work: Parameters<typeof write>[0]) => {
      await gate.promise
      return write(work)
    },
  })
  return gate.resolve
}

test('ask: a yes that is being written down when the time is over counts, and nothing says that there was no answer', async () => {
  const house = await asking()
  const {ask, queue, base, verbs, reported, memory} = house
  const id = await ask({})
  await base.clock.advance(24 * 3_600_000 - 1)
  const goOn = heldUp(house)
  const approving = queue.approve(commanding, id)
  await base.clock.advance(1)
  goOn()
  await approving
  await base.clock.advance(0)
  expect([verbs(), reported()]).toEqual([['removeWithData'], ['waiting']])
  expect(house.house.journal.filter((it) => it.phase === 'expired')).toEqual([])
  expect(memory.deadlines.ofKind('approvalRest')).toEqual([])
})

test('ask: what is declined is not asked again while that is written down', async () => {
  const house = await asking()
  const {ask, queue, base, decision} = house
  const id = await ask({})
  let goOn = () => {}
  // The question is gone, and the answer stands in the journal.
  house.house.beforeWriteEnds = () => void (goOn = heldUp(house))
  const declining = queue.decline(commanding, id)
  await base.clock.advance(0)
  house.house.beforeWriteEnds = () => {}
  const asked = queue.take([decision(1, [removal])])
  goOn()
  await Promise.all([declining, asked])
  expect(queue.waiting(administering)).toEqual([])
})

test('ask: what is being asked when another server answers at the address is not asked any more', async () => {
  const house = await asking()
  const {queue, base, decision, reported} = house
  const goOn = heldUp(house)
  const asked = queue.take([decision(1, [removal])])
  const forgotten = queue.forgetServer(A)
  await base.clock.advance(0)
  goOn()
  await Promise.all([asked, forgotten])
  expect([queue.waiting(administering), reported().at(-1)]).toEqual([[], 'expired'])
})

test('ask: a yes is withdrawn where rights end while it waits in the queue of its server', async () => {
  const {ask, queue, world, verbs, reported, house} = await asking()
  const id = await ask({})
  const approving = queue.approve(commanding, id)
  world.accessOfYes = null
  await approving
  expect([verbs(), reported().at(-1)]).toEqual([[], 'cancelled forbidden'])
  expect(house.journal.at(-1)).toMatchObject({phase: 'refused', code: 'forbidden'})
})
